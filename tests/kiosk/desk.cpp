// SPDX-License-Identifier: Apache-2.0
#include "desk.hpp"

#include "tests/support/virtual_card_fixture.hpp"

namespace myna::test {

DeskCard::DeskCard(CardImage image) : card(must(VirtualCard::create(std::move(image)))) {}

DeskCardPtr make_card(CardImage image) { return std::make_shared<DeskCard>(std::move(image)); }

class DeskChannel final : public CardChannel {
 public:
  DeskChannel(Desk& desk, std::string reader) : desk_(desk), reader_(std::move(reader)) {
    const Desk::Place& place = desk_.places_.at(reader_);
    card_ = place.card;
    insertion_ = place.insertion;
    player_ = std::make_unique<FaultPlayer>(card_->card, place.faults, Latency{});
    card_->card.power_on();
  }

  Status lock() override {
    const std::lock_guard lock(desk_.mutex_);
    if (gone()) return fail(Errc::card_removed);
    if (!card_->card.powered()) card_->card.power_on();
    return {};
  }
  void unlock(EndAction action) noexcept override {
    if (action != EndAction::power_off) return;
    const std::lock_guard lock(card_->mutex);
    card_->card.power_off();
    ++resets_;
  }
  Result<ResponseApdu> exchange(ByteView command) override {
    MYNA_CHECK(before());
    const std::lock_guard lock(card_->mutex);
    const Played played = player_->play(command);
    switch (played.end) {
      case Played::End::answered: return ResponseApdu::parse(played.answer);
      case Played::End::removed: return fail(Errc::card_removed);
      case Played::End::lost: return fail(Errc::link_lost);
      default: ++resets_; return fail(Errc::card_changed);
    }
  }
  std::uint32_t resets() const noexcept override { return resets_; }

 private:
  bool gone() const {
    const Desk::Place& place = desk_.places_.at(reader_);
    return !place.plugged || place.card != card_ || place.insertion != insertion_;
  }

  // What happens just before a command.
  Status before() {
    std::unique_lock lock(desk_.mutex_);
    desk_.changed_.wait(lock, [this] { return !desk_.hanging_; });
    Desk::Place& place = desk_.places_.at(reader_);
    const std::uint32_t number = place.commands++;
    if (place.swap_at == number) {
      desk_.put(place, place.swap_to);
      ++resets_;
      return fail(Errc::card_changed);
    }
    if (place.take_at == number) {
      desk_.put(place, nullptr);
      desk_.tell(ReaderEventKind::card_removed, reader_);
    }
    if (!gone()) return {};
    return fail(Errc::card_removed);
  }

  Desk& desk_;
  std::string reader_;
  DeskCardPtr card_;
  std::uint32_t insertion_ = 0, resets_ = 0;
  std::unique_ptr<FaultPlayer> player_;
};

class DeskBackend final : public ReaderBackend {
 public:
  explicit DeskBackend(Desk& desk) : desk_(desk) {}

  Result<std::vector<ReaderInfo>> readers() override {
    const std::lock_guard lock(desk_.mutex_);
    if (!desk_.service_) return fail(Errc::no_service);
    std::vector<ReaderInfo> list;
    for (const auto& [name, place] : desk_.places_) {
      if (place.plugged) list.push_back({name, place.card ? ReaderState::card_present : ReaderState::empty, true, {}});
    }
    desk_.events_.clear();
    return list;
  }

  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo& reader) override {
    const std::lock_guard lock(desk_.mutex_);
    if (!desk_.service_) return fail(Errc::no_service);
    if (desk_.failing_ > 0) {
      --desk_.failing_;
      return fail(desk_.failure_);
    }
    const Desk::Place& place = desk_.places_.at(reader.name);
    if (!place.plugged) return fail(Errc::reader_unknown);
    if (!place.card) return fail(Errc::no_card);
    return std::unique_ptr<CardChannel>(std::make_unique<DeskChannel>(desk_, reader.name));
  }

  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most) override {
    std::unique_lock lock(desk_.mutex_);
    desk_.changed_.wait_for(lock, stop, at_most, [this] { return !desk_.events_.empty() || !desk_.service_; });
    if (stop.stop_requested()) return fail(Errc::cancelled);
    if (!desk_.service_) return fail(Errc::no_service);
    if (desk_.events_.empty()) return ReaderEvent{};
    ReaderEvent event = desk_.events_.front();
    desk_.events_.pop_front();
    return event;
  }

 private:
  Desk& desk_;
};

Desk::Desk(std::vector<std::string> readers) {
  for (std::string& name : readers) places_[std::move(name)];
}

std::unique_ptr<ReaderBackend> Desk::backend() { return std::make_unique<DeskBackend>(*this); }

void Desk::put(Place& place, const DeskCardPtr& card) {
  if (place.card) {
    const std::lock_guard lock(place.card->mutex);
    place.card->card.power_off();
  }
  place.card = card;
  place.faults.clear();
  place.take_at.reset();
  place.swap_at.reset();
  ++place.insertion;
  place.commands = 0;
}

void Desk::tell(ReaderEventKind kind, const std::string& reader) {
  events_.push_back({kind, reader});
  changed_.notify_all();
}

void Desk::place(const DeskCardPtr& card, const std::string& reader, std::vector<Fault> faults) {
  const std::lock_guard lock(mutex_);
  Place& place = places_.at(reader);
  if (place.card || place.crowded) tell(ReaderEventKind::card_removed, reader);
  place.crowded = false;
  put(place, card);
  place.faults = std::move(faults);
  tell(ReaderEventKind::card_arrived, reader);
}

void Desk::take(const std::string& reader) {
  const std::lock_guard lock(mutex_);
  if (!places_.at(reader).card && !std::exchange(places_.at(reader).crowded, false)) return;
  put(places_.at(reader), nullptr);
  tell(ReaderEventKind::card_removed, reader);
}

void Desk::crowd(const std::string& reader) {
  const std::lock_guard lock(mutex_);
  Place& place = places_.at(reader);
  if (place.card) tell(ReaderEventKind::card_removed, reader);
  put(place, nullptr);
  place.crowded = true;
  tell(ReaderEventKind::several_cards, reader);
}

void Desk::take_at(std::uint32_t command, const std::string& reader) {
  const std::lock_guard lock(mutex_);
  places_.at(reader).take_at = places_.at(reader).commands + command;
}

void Desk::swap_at(std::uint32_t command, const DeskCardPtr& card, const std::string& reader) {
  const std::lock_guard lock(mutex_);
  places_.at(reader).swap_at = places_.at(reader).commands + command;
  places_.at(reader).swap_to = card;
}

void Desk::unplug(const std::string& reader) {
  const std::lock_guard lock(mutex_);
  put(places_.at(reader), nullptr);
  places_.at(reader).plugged = false;
  tell(ReaderEventKind::reader_gone, reader);
}

void Desk::plug_in(const std::string& reader) {
  const std::lock_guard lock(mutex_);
  places_.at(reader).plugged = true;
  tell(ReaderEventKind::reader_added, reader);
}

void Desk::service(bool there) {
  const std::lock_guard lock(mutex_);
  service_ = there;
  changed_.notify_all();
}

void Desk::fail_openings(int count, Errc code) {
  const std::lock_guard lock(mutex_);
  failing_ = count;
  failure_ = code;
}

void Desk::hang(bool hanging) {
  const std::lock_guard lock(mutex_);
  hanging_ = hanging;
  changed_.notify_all();
}

std::uint32_t Desk::commands(const std::string& reader) {
  const std::lock_guard lock(mutex_);
  return places_.at(reader).commands;
}

}  // namespace myna::test

// SPDX-License-Identifier: Apache-2.0
#include "myna/virtual/virtual_backend.hpp"

#include <optional>

#include "card_place.hpp"
#include "myna/virtual/fault_script.hpp"

namespace myna {
namespace {

// What a channel reports of a command that was played. A reset that the program notices counts.
Result<ResponseApdu> answer_of(const Played& played, std::uint32_t& resets) {
  switch (played.end) {
    case Played::End::answered: return ResponseApdu::parse(played.answer);
    case Played::End::removed: return fail(Errc::card_removed);
    case Played::End::lost: return fail(Errc::link_lost);
    case Played::End::reset: ++resets; return fail(Errc::card_changed);
  }
  return fail(Errc::link_lost);
}

// What a rival did before this program got the card. One that holds it makes the program wait in vain.
Status status_of(Played::End end, std::uint32_t& resets) {
  if (end == Played::End::lost) return fail(Errc::card_busy);
  resets += end == Played::End::reset;
  return {};
}

// A card in memory: there until its script takes it away, never shared.
class MemoryChannel final : public CardChannel {
 public:
  explicit MemoryChannel(VirtualCard& card) : card_(&card), player_(card, card.image().faults, card.image().latency) {
    card_->power_on();
  }

  Status lock() override {
    if (!card_->powered()) card_->power_on();
    return status_of(player_.taken(), resets_);
  }
  void unlock(EndAction action) noexcept override {
    if (action != EndAction::power_off) return;
    card_->power_off();
    ++resets_;
  }
  Result<ResponseApdu> exchange(ByteView command) override { return answer_of(player_.play(command), resets_); }
  std::uint32_t resets() const noexcept override { return resets_; }

 private:
  VirtualCard* card_;
  FaultPlayer player_;
  std::uint32_t resets_ = 0;
};

// A card on disk. The power stays with this channel between locks, as it does on a real reader, but the counters belong
// to every process: they are read anew at each lock.
class DirectoryChannel final : public CardChannel {
 public:
  DirectoryChannel(std::filesystem::path directory, CardPlace place, std::chrono::milliseconds deadline)
      : directory_(std::move(directory)), place_(place), deadline_(deadline) {}

  Status lock() override {
    if (gone()) return fail(Errc::card_removed);
    auto opened = CardDirectory::open(directory_, deadline_);
    if (!opened) return removed_or(opened.error());
    lock_.emplace(*std::move(opened));
    Status powered = power();
    if (powered) powered = status_of(player_->taken(), resets_);
    if (powered) return powered;
    lock_.reset();
    return gone() ? fail(Errc::card_removed) : powered;   // taken while its files were read
  }

  void unlock(EndAction action) noexcept override {
    if (action == EndAction::power_off && card_) {
      card_->power_off();
      ++resets_;
    }
    lock_.reset();
  }

  Result<ResponseApdu> exchange(ByteView command) override {
    if (!card_ || gone()) return fail(Errc::card_removed);
    const auto played = player_->play(command);
    if (gone()) return fail(Errc::card_removed);   // while it worked: its answer came too late
    return answer_of(played, resets_);
  }

  std::uint32_t resets() const noexcept override { return resets_; }

 private:
  // Taken away, or another card in its place.
  bool gone() const { return look_at(directory_) != place_; }

  // A directory that vanished is a card that was taken away.
  static Status removed_or(const Error& error) {
    if (error.code == Errc::storage_failed) return fail_native(Errc::card_removed, error.native);
    return Unexpected(error);
  }

  Status power() {
    MYNA_TRY(CardImage image, lock_->load());
    if (card_) {
      if (!card_->powered()) card_->power_on();
      return card_->adopt_pins(image);
    }
    MYNA_TRY(VirtualCard card, VirtualCard::create(std::move(image), [this](const CardImage& now) { return lock_->save_pins(now); }));
    card_.emplace(std::move(card));
    player_.emplace(*card_, card_->image().faults, card_->image().latency);
    card_->power_on();
    return {};
  }

  std::filesystem::path directory_;
  CardPlace place_;
  std::chrono::milliseconds deadline_;
  std::optional<CardDirectory> lock_;
  std::optional<VirtualCard> card_;
  std::optional<FaultPlayer> player_;
  std::uint32_t resets_ = 0;
};

std::string reader_name(const std::filesystem::path& directory) {
  const auto name = directory.has_filename() ? directory.filename() : directory.parent_path().filename();
  return "Myna Virtual " + name.string();
}

}  // namespace

// What was told of the place, and what is still to be told.
struct VirtualBackend::Told {
  std::optional<CardPlace> place;
  bool arrival_pending = false;
};

VirtualBackend::VirtualBackend(std::filesystem::path directory, std::chrono::milliseconds deadline)
    : directory_(std::move(directory)), deadline_(deadline), told_(std::make_unique<Told>()) {}

VirtualBackend::~VirtualBackend() = default;

Result<std::vector<ReaderInfo>> VirtualBackend::readers() {
  *told_ = {.place = look_at(directory_)};
  ReaderInfo reader{.name = reader_name(directory_), .state = ReaderState::empty, .is_virtual = true, .atr = {}};
  if (told_->place) reader.state = ReaderState::card_present;
  return std::vector{std::move(reader)};
}

Result<std::unique_ptr<CardChannel>> VirtualBackend::open(const ReaderInfo& reader) {
  if (reader.name != reader_name(directory_)) return fail(Errc::reader_unknown);
  const auto place = look_at(directory_);
  if (!place) return fail(Errc::no_card);
  return std::unique_ptr<CardChannel>(std::make_unique<DirectoryChannel>(directory_, *place, deadline_));
}

// A card in the place of another is a departure and an arrival.
Result<ReaderEvent> VirtualBackend::wait(std::stop_token stop, std::chrono::milliseconds at_most) {
  const std::string name = reader_name(directory_);
  if (std::exchange(told_->arrival_pending, false)) return ReaderEvent{ReaderEventKind::card_arrived, name};
  MYNA_CHECK(wait_for_another(directory_, told_->place, stop, std::chrono::steady_clock::now() + at_most));
  const auto before = std::exchange(told_->place, look_at(directory_));
  if (before == told_->place) return ReaderEvent{};
  told_->arrival_pending = before && told_->place;
  return ReaderEvent{before ? ReaderEventKind::card_removed : ReaderEventKind::card_arrived, name};
}

std::unique_ptr<CardChannel> make_virtual_channel(VirtualCard& card) { return std::make_unique<MemoryChannel>(card); }

}  // namespace myna

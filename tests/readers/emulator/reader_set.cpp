// SPDX-License-Identifier: Apache-2.0
#include "reader_set.hpp"

#include <sstream>

#include "myna/core/hex.hpp"
#include "myna/virtual/card_directory.hpp"
#include "myna/virtual/virtual_card.hpp"
#include "rc_s300_model.hpp"
#include "rc_s380_model.hpp"

namespace myna::emulator {

TimePoint now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

// A card of a directory, which nobody else may use while it lies on a reader.
struct ReaderSet::LaidCard {
  CardDirectory directory;
  std::shared_ptr<VirtualCard> card;
};

std::shared_ptr<ReaderSet::LaidCard> ReaderSet::lay(const std::string& path) {
  auto directory = CardDirectory::open(path);
  if (!directory) return nullptr;
  auto laid = std::make_shared<LaidCard>(LaidCard{*std::move(directory), nullptr});
  auto image = laid->directory.load();
  if (!image) return nullptr;
  auto card =
      VirtualCard::create(*std::move(image), [raw = laid.get()](const CardImage& changed) { return raw->directory.save_pins(changed); });
  if (!card) return nullptr;
  laid->card = std::make_shared<VirtualCard>(*std::move(card));
  return laid;
}

Chip ReaderSet::chip_of(const std::shared_ptr<LaidCard>& laid, Duration signature) {
  return {.power = [laid](bool on) { on ? laid->card->power_on() : laid->card->power_off(); },
          .process = [laid](ByteView apdu) { return laid->card->process(apdu); },
          .time = [signature](ByteView apdu) { return apdu.size() > 1 && apdu[1] == 0x2A ? signature : Duration(1'000); }};
}

void ReaderSet::add(const std::string& kind) {
  Desk desk{.port = static_cast<int>(desks_.size()) + 1, .model = {}, .laid = {}, .waiting = {}};
  if (kind == "rc-s300") desk.model = std::make_unique<RcS300>();
  else desk.model = std::make_unique<RcS380>(*desk.air);
  desks_.push_back(std::move(desk));
  plug(desks_.back());
}

std::string ReaderSet::obey(const std::string& line) {
  std::istringstream words(line);
  std::string what;
  std::size_t reader = 0;
  words >> what >> reader;
  if (reader < 1 || reader > desks_.size()) return "no such reader";
  Desk& desk = desks_[reader - 1];
  if (what == "put") return put(desk, words);
  if (what == "take") return change(desk, [](Desk& d) { take(d); });
  if (what == "unplug") return unplug(desk);
  if (what == "plug") return plug(desk);
  if (what == "air" || what == "usb") return fault(desk, what, words);
  if (what == "garbage") return change(desk, [](Desk& d) { static_cast<RcS380&>(*d.model).leave_garbage(now()); });
  if (what == "card") return next_card(desk, words);
  if (what == "swap") return swap(desk, words);
  if (what == "both") return both(desk, words);
  if (what == "alone") return change(desk, [](Desk& d) { d.air->put_second(nullptr); });
  if (what == "count") return std::to_string(desk.air->blocks());
  if (what == "time") return std::to_string(desk.air->air_time().count()) + " " + std::to_string(desk.air->card_time().count());
  return "what?";
}

template <typename Change>
std::string ReaderSet::change(Desk& desk, Change what) {
  std::unique_lock<std::mutex> lock;
  if (desk.attached != nullptr) lock = desk.attached->lock();
  what(desk);
  if (lock) lock.unlock();
  if (desk.attached != nullptr) desk.attached->model_changed();
  return "ok";
}

void ReaderSet::take(Desk& desk) {
  desk.air->take();
  if (auto* ccid = dynamic_cast<RcS300*>(desk.model.get())) ccid->take();
  desk.model->card_moved(now());
  desk.laid.reset();
  if (desk.waiting) desk.air->plan({});   // it holds the card too
  desk.waiting.reset();
}

std::string ReaderSet::put(Desk& desk, std::istringstream& words) {
  std::string path;
  long milliseconds = 0;
  words >> path >> milliseconds;
  auto laid = lay(path);
  if (!laid) return "no card there, or in use";
  const Chip chip = chip_of(laid, std::chrono::milliseconds(milliseconds));
  return change(desk, [&](Desk& d) {
    take(d);
    d.laid = laid;
    if (auto* ccid = dynamic_cast<RcS300*>(d.model.get())) ccid->put(chip, *from_hex("3B888001000005E0B381A1007F"));
    else d.air->put(std::make_shared<Picc>(chip, d.next));
    d.model->card_moved(now());
  });
}

// At one moment: a reader that saw the first one alone would go on with it.
std::string ReaderSet::both(Desk& desk, std::istringstream& words) {
  std::string first, second;
  words >> first >> second;
  auto one = lay(first), other = lay(second);
  if (!one || !other) return "no card there, or in use";
  return change(desk, [&](Desk& d) {
    take(d);
    d.air->put(std::make_shared<Picc>(chip_of(one, Duration(0)), d.next));
    const auto beside = std::make_shared<Picc>(chip_of(other, Duration(0)), PiccOptions{.pupi = {9, 8, 7, 6}});
    beside->field(d.air->field());
    d.air->put_second(beside);
    d.model->card_moved(now());
  });
}

std::string ReaderSet::next_card(Desk& desk, std::istringstream& words) {
  unsigned waiting = 10, extensions = 0;
  words >> waiting >> extensions;
  desk.next.protocol_info[2] = static_cast<Byte>(waiting << 4 | 1);
  desk.next.extensions = extensions;
  return "ok";
}

std::string ReaderSet::swap(Desk& desk, std::istringstream& words) {
  unsigned at = 0;
  std::string path;
  words >> at >> path;
  auto other = lay(path);
  if (!other) return "no card there, or in use";
  return change(desk, [&](Desk& d) {
    d.waiting = other;
    const auto card = std::make_shared<Picc>(chip_of(other, Duration(0)), d.next);
    d.air->plan({{d.air->blocks() + at, AirFault::swapped}}, card);
  });
}

std::string ReaderSet::fault(Desk& desk, const std::string& what, std::istringstream& words) {
  unsigned at = 0, kind = 0;
  words >> at >> kind;
  auto* reader = dynamic_cast<RcS380*>(desk.model.get());
  if (reader == nullptr) return "not on this reader";
  return change(desk, [&](Desk& d) {
    if (what == "air") d.air->plan({{d.air->blocks() + at, static_cast<AirFault>(kind)}});
    else reader->plan({{reader->commands() + at, static_cast<UsbFault>(kind)}});
  });
}

std::string ReaderSet::plug(Desk& desk) const {
  if (desk.attached == nullptr) {
    desk.model->reset();
    desk.attached = &plug_in_(*desk.model, desk.port);
  }
  return "ok";
}

std::string ReaderSet::unplug(Desk& desk) {
  if (desk.attached != nullptr) std::exchange(desk.attached, nullptr)->unplug();
  desk.air->field(false);
  return "ok";
}

}  // namespace myna::emulator

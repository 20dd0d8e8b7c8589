// SPDX-License-Identifier: Apache-2.0
// Emulated readers, the virtual cards on them, and the words that move both. What shows a reader to programs is an Attachment.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "air.hpp"
#include "usb_model.hpp"

namespace myna::emulator {

TimePoint now();   // of the real clock

// A reader that is plugged in somewhere.
class Attachment {
 public:
  Attachment() = default;
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;
  virtual ~Attachment() = default;
  // Around every use of the model by others; nothing is held where only one thread uses it.
  virtual std::unique_lock<std::mutex> lock() { return {}; }
  virtual void model_changed() = 0;
  virtual void unplug() = 0;
};

class ReaderSet {
 public:
  // Plugs a model into port 1, 2, ...; the answer is used until its unplug().
  using PlugIn = std::function<Attachment&(UsbModel&, int port)>;
  explicit ReaderSet(PlugIn plug_in) : plug_in_(std::move(plug_in)) {}

  void add(const std::string& kind);   // "rc-s380" or "rc-s300"
  // One line of words as in emulated_reader.cpp; the answer, "ok" for most.
  std::string obey(const std::string& line);

 private:
  struct LaidCard;
  struct Desk {
    int port;
    std::unique_ptr<Air> air = std::make_unique<Air>();
    std::unique_ptr<UsbModel> model;
    Attachment* attached = nullptr;
    std::shared_ptr<LaidCard> laid, waiting;
    PiccOptions next{};
  };
  static std::shared_ptr<LaidCard> lay(const std::string& path);
  static Chip chip_of(const std::shared_ptr<LaidCard>& laid, Duration signature);
  template <typename Change>
  static std::string change(Desk& desk, Change what);
  static void take(Desk& desk);
  static std::string put(Desk& desk, std::istringstream& words);
  static std::string next_card(Desk& desk, std::istringstream& words);
  static std::string both(Desk& desk, std::istringstream& words);
  static std::string swap(Desk& desk, std::istringstream& words);
  static std::string fault(Desk& desk, const std::string& what, std::istringstream& words);
  std::string plug(Desk& desk) const;
  static std::string unplug(Desk& desk);

  PlugIn plug_in_;
  std::vector<Desk> desks_;
};

}  // namespace myna::emulator

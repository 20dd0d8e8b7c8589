// SPDX-License-Identifier: Apache-2.0
// One backend: the thread that waits for its readers and cards and tells their lanes.
#pragma once

#include <map>
#include <thread>

#include "lane.hpp"

namespace myna::kiosk {

class LaneKeeper {
 public:
  LaneKeeper() = default;
  LaneKeeper(const LaneKeeper&) = delete;
  LaneKeeper& operator=(const LaneKeeper&) = delete;
  virtual ~LaneKeeper() = default;
  // Made when there is none of that name yet.
  virtual Lane& lane(const ReaderInfo& reader, ReaderBackend& backend) = 0;
  virtual void service_was_lost() = 0;
};

class Watcher {
 public:
  Watcher(ReaderBackend& backend, LaneKeeper& keeper)
      : backend_(backend), keeper_(keeper), thread_([this](const std::stop_token& stop) { watch(stop); }) {}
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() = default;

 private:
  struct Known {
    Lane* lane = nullptr;
    bool usable = false, card = false;   // as it was told to the lane
  };

  void watch(const std::stop_token& stop);
  Status look();
  void tell(Known& known, const ReaderInfo& now);
  Status follow(const std::stop_token& stop);
  Status handle(const ReaderEvent& event);
  void card(Known& known, bool there);
  void lose_all();

  ReaderBackend& backend_;
  LaneKeeper& keeper_;
  std::map<std::string, Known> readers_;
  std::jthread thread_;   // last: stops first
};

}  // namespace myna::kiosk

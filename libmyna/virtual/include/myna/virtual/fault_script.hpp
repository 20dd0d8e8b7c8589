// SPDX-License-Identifier: Apache-2.0
// A virtual card behind a link that goes wrong on purpose.
#pragma once

#include <functional>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/ports/fault.hpp"

namespace myna {

class VirtualCard;

// How one command ended.
struct Played {
  enum class End : std::uint8_t { answered, removed, lost, reset };
  End end = End::answered;
  Bytes answer{};
};

// A virtual card behind such a link.
class FaultPlayer {
 public:
  // `on_fault` is called when a fault begins.
  FaultPlayer(VirtualCard& card, std::vector<Fault> faults, Latency latency, std::function<void(FaultKind)> on_fault = {});
  Played play(ByteView command);
  // The program takes the card: what a rival did meanwhile. answered, reset, or lost for a rival that holds it.
  Played::End taken();

 private:
  Played::End act(FaultKind rival);
  Played play_fault(FaultKind kind, ByteView command);
  void take_time(ByteView command, ByteView answer) const;

  VirtualCard* card_;
  std::vector<Fault> faults_;
  Latency latency_;
  std::function<void(FaultKind)> on_fault_;
  std::uint32_t commands_ = 0;
  bool removed_ = false;
};

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// Watches the blocks of one APDU on their way to a card: each carries the next piece of it, and none goes out a second time unless the
// card, asked by R(NAK), has just said R(ACK) with the other number. Aborts otherwise.
#pragma once

#include <cstdlib>

#include "myna/core/bytes.hpp"

namespace myna::fuzz {

class CommandWatch {
 public:
  void begin(ByteView apdu) {
    apdu_.assign(apdu.begin(), apdu.end());
    last_.clear();
    sent_ = 0;
    asked_ = denied_ = false;
  }

  void to_card(ByteView block) {
    const bool information = !block.empty() && (block[0] & 0xEE) == 0x02;
    if (information) on_information(block);
    asked_ = block.size() == 1 && (block[0] & 0xFE) == 0xB2;
    denied_ = false;
  }

  void from_card(ByteView block) {
    denied_ = asked_ && !last_.empty() && block.size() == 1 && (block[0] & 0xFE) == 0xA2 && (block[0] & 1) != (last_[0] & 1);
  }

  std::size_t sent() const { return sent_; }   // bytes of the APDU that went out

 private:
  void on_information(ByteView block) {
    const bool repeated = equal(block, last_);
    if (repeated && denied_) return;
    // A new piece follows the one before: the number alternates, so a piece is never equal to its forerunner.
    const ByteView piece = block.subspan(1);
    const bool next = !repeated && piece.size() <= apdu_.size() - sent_ && equal(piece, ByteView(apdu_).subspan(sent_, piece.size()));
    const bool chained = (block[0] & 0x10) != 0;
    if (!next || chained != (sent_ + piece.size() < apdu_.size())) std::abort();
    sent_ += piece.size();
    last_.assign(block.begin(), block.end());
  }

  Bytes apdu_, last_;
  std::size_t sent_ = 0;
  bool asked_ = false, denied_ = false;
};

}  // namespace myna::fuzz

// SPDX-License-Identifier: Apache-2.0
// A channel that counts and shows what passes, for --stats and --trace. Shows header bytes, lengths and status
// words only; for VERIFY and CHANGE REFERENCE DATA not even the length (docs/data-protection.md).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "myna/ports/card_channel.hpp"

namespace myna {

struct ApduStatistics {
  std::uint32_t apdus = 0;
  std::uint64_t bytes_sent = 0;       // of VERIFY and CHANGE REFERENCE DATA only header and Lc
  std::uint64_t bytes_received = 0;   // with status words
  std::uint32_t verifies = 0;         // VERIFY with data: tries at stake
  std::uint32_t transactions = 0;
};

// One command more, and an answer of so many bytes, with status word; 0 when none came.
void count_exchange(ApduStatistics& statistics, ByteView command, std::size_t answer_bytes);

class ObservedChannel final : public CardChannel {
 public:
  using TraceSink = std::function<void(const std::string& line)>;

  // `statistics` must outlive the channel. No trace without a sink.
  ObservedChannel(std::unique_ptr<CardChannel> inner, ApduStatistics& statistics, TraceSink trace = {});

  Status lock() override;
  void unlock(EndAction action) noexcept override;
  Result<ResponseApdu> exchange(ByteView command) override;
  std::uint32_t resets() const noexcept override { return inner_->resets(); }
  std::size_t max_response_data() const noexcept override { return inner_->max_response_data(); }

 private:
  std::unique_ptr<CardChannel> inner_;
  ApduStatistics* statistics_;
  TraceSink trace_;
};

// "00 B0 8A 00  Lc -  Le 256  -> 256 9000", and "00 20 00 98  **  -> 9000" where a PIN passes.
std::string trace_line(ByteView command, const Result<ResponseApdu>& answer);

}  // namespace myna

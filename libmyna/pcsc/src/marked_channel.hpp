// SPDX-License-Identifier: Apache-2.0
// A process killed inside its transaction leaves a verified PIN behind: pcscd only resets the card, and a warm reset
// keeps it (docs/card/commands.md). So while a PIN may be open a marker file is held under flock; a marker without its lock makes
// the next of our processes drop the state first (docs/decisions/closing-the-card.md).
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "myna/ports/card_channel.hpp"

namespace myna::pcsc {

class MarkedChannel final : public CardChannel {
 public:
  // A directory is made with mode 0700 when it does not exist. They are looked at anew each time: the one of a login vanishes while its
  // programs may go on. Where no marker can be written the work goes on: the end of each transaction closes the PIN all the same.
  MarkedChannel(std::unique_ptr<CardChannel> inner, std::vector<std::filesystem::path> directories, std::span<const ByteView> pins_end,
                const std::string& reader);
  ~MarkedChannel() override;

  Status lock() override;
  void unlock(EndAction action) noexcept override;
  Result<ResponseApdu> exchange(ByteView command) override;
  std::uint32_t resets() const noexcept override { return inner_->resets(); }
  std::size_t max_response_data() const noexcept override { return inner_->max_response_data(); }

 private:
  std::vector<std::filesystem::path> left_behind() const;
  Status drop_state();
  bool leave_by_select();
  void raise();
  void lower() noexcept;

  std::unique_ptr<CardChannel> inner_;
  std::vector<std::filesystem::path> directories_;
  std::span<const ByteView> pins_end_;
  std::string name_;
  std::filesystem::path raised_;
  int held_ = -1;
};

}  // namespace myna::pcsc

// SPDX-License-Identifier: Apache-2.0
// Virtual cards in process, behind the same port as real readers.
#pragma once

#include <filesystem>
#include <memory>

#include "myna/ports/reader_backend.hpp"
#include "myna/virtual/card_directory.hpp"
#include "myna/virtual/virtual_card.hpp"

namespace myna {

// One reader "Myna Virtual NAME" that holds the card of a directory. The directory is locked from lock() to unlock()
// of the channel, so several processes share one card as they share a real one: counters are read anew at each lock.
// The directory may be a link: making it places a card, removing it takes the card away, changing it swaps cards, at any command.
// open() may be called while another thread waits.
class VirtualBackend final : public ReaderBackend {
 public:
  explicit VirtualBackend(std::filesystem::path directory,
                          std::chrono::milliseconds deadline = std::chrono::seconds(10));
  ~VirtualBackend() override;

  Result<std::vector<ReaderInfo>> readers() override;
  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo& reader) override;
  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most) override;

 private:
  std::filesystem::path directory_;
  std::chrono::milliseconds deadline_;
  struct Told;
  std::unique_ptr<Told> told_;
};

// A channel on a card in memory, for tests and for backends. The card must outlive it.
std::unique_ptr<CardChannel> make_virtual_channel(VirtualCard& card);

}  // namespace myna

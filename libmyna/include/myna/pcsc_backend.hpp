// SPDX-License-Identifier: Apache-2.0
// Every reader of pcscd. Shared access and bounded waits: no call hangs while another program holds the card.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>

#include "myna/reader_backend.hpp"

namespace myna {

struct PcscOptions {
  // How long to wait for a card that another program holds.
  std::chrono::milliseconds deadline = std::chrono::seconds(10);
  // Where a marker is kept while a PIN may be open (DESIGN.md section 6); none without a directory.
  std::optional<std::filesystem::path> runtime_directory;
};

// Owns no thread but a short-lived worker inside open(), because SCardConnect waits for ever while another program
// holds the card. Does not talk to pcscd before the first call.
std::unique_ptr<ReaderBackend> make_pcsc_backend(PcscOptions options = {});

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// Every reader of pcscd. Shared access and bounded waits: no call hangs while another program holds the card.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/ports/reader_backend.hpp"

namespace myna {

// Where a marker may be kept while a PIN may be open, the best first: what only a reboot clears away (/run/myna, made by tmpfiles.d), the
// runtime directory of the login, which a logout clears away, and /tmp for who has neither (containers, cron). Each in a directory of this
// user's alone.
std::vector<std::filesystem::path> usual_runtime_directories();

struct PcscOptions {
  // Applications one of which is selected when a program that had a PIN open was killed. Without one that the card has, its power is taken.
  std::span<const ByteView> pins_end{};
  // How long to wait for a card that another program holds.
  std::chrono::milliseconds deadline = std::chrono::seconds(10);
  // A marker is kept in the first that can be written to, and looked for in all (docs/decisions/closing-the-card.md); none when empty.
  std::vector<std::filesystem::path> runtime_directories = usual_runtime_directories();
};

// Owns no thread but a short-lived worker inside open() and lock(), because SCardConnect, SCardBeginTransaction and SCardReconnect wait for
// ever while another program holds the card. One that the deadline left behind ends with that program's transaction. Does not talk to pcscd
// before the first call.
std::unique_ptr<ReaderBackend> make_pcsc_backend(PcscOptions options);

}  // namespace myna

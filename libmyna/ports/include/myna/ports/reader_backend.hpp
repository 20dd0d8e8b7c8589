// SPDX-License-Identifier: Apache-2.0
// The port to a set of readers. libmyna/pcsc, libmyna/virtual and readers/usb implement it.
#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "myna/ports/card_channel.hpp"

namespace myna {

// Where a reader stands, as the operating system reports it.
enum class ReaderState : std::uint8_t {
  empty,
  card_present,
  card_unresponsive,
  in_use_exclusively,
  unusable,
  several_cards,   // known without pcscd only, and of an RC-S380 only
};

struct ReaderInfo {
  std::string name;                    // as the backend names it, UTF-8
  ReaderState state = ReaderState::empty;
  bool is_virtual = false;             // not a real card; front ends must say so
  Bytes atr;                           // empty without a card; never used to recognise a card
  bool operator==(const ReaderInfo&) const = default;
};

enum class ReaderEventKind : std::uint8_t { nothing, reader_added, reader_gone, card_arrived, card_removed, several_cards };

struct ReaderEvent {
  ReaderEventKind kind = ReaderEventKind::nothing;   // nothing: the time was up
  std::string reader;
};

class ReaderBackend {
 public:
  ReaderBackend() = default;
  ReaderBackend(const ReaderBackend&) = delete;
  ReaderBackend& operator=(const ReaderBackend&) = delete;
  virtual ~ReaderBackend() = default;

  // An empty list is a success. Errors: no_service, link_lost.
  virtual Result<std::vector<ReaderInfo>> readers() = 0;

  // Powers the card and connects to it, shared with other programs. Errors: reader_unknown, no_card,
  // card_unresponsive, several_cards, card_busy, reader_unusable, no_service.
  virtual Result<std::unique_ptr<CardChannel>> open(const ReaderInfo& reader) = 0;

  // The next change since the last call, without polling; the first call reports changes since the last readers().
  // Errors: cancelled when stop was requested, no_service.
  virtual Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most) = 0;
};

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// One reader in this process: its mutex, the count of insertions, and channels to the card on it.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "myna/ports/reader_backend.hpp"
#include "readers/core/card_reader.hpp"

namespace myna::readers {

class SharedReader : public std::enable_shared_from_this<SharedReader> {
 public:
  SharedReader(std::string name, std::unique_ptr<CardReader> reader) : name_(std::move(name)), reader_(std::move(reader)) {}

  const std::string& name() const { return name_; }

  // What is on the reader. While a channel works on the card, what was seen last: it asks the card itself. Errc::no_reader when unplugged.
  Result<ReaderState> state();

  // Powers the card. Errors: no_card, card_unresponsive, several_cards, card_busy after the deadline, no_reader.
  Result<std::unique_ptr<CardChannel>> open(std::chrono::milliseconds deadline);

 private:
  friend class SharedReaderChannel;
  Result<ReaderState> look();
  ReaderState seen(const Result<bool>& there) const;
  Status power_on();
  void card_left();

  std::string name_;
  std::unique_ptr<CardReader> reader_;
  std::timed_mutex mutex_;                        // around reader_ and all below
  ReaderState state_ = ReaderState::empty;
  std::uint32_t insertion_ = 0, power_ups_ = 0;   // counted; a channel belongs to one insertion
};

}  // namespace myna::readers

// SPDX-License-Identifier: Apache-2.0
// One reader in this process: its mutex, the count of insertions, and channels to the card on it.
#pragma once

#include <memory>
#include <string>

#include "myna/core/mutex.hpp"
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
  Result<ReaderState> look() MYNA_REQUIRES(mutex_);
  ReaderState seen(const Result<bool>& there) const MYNA_REQUIRES(mutex_);
  Status power_on() MYNA_REQUIRES(mutex_);
  void card_left() MYNA_REQUIRES(mutex_);

  std::string name_;
  mutable TimedMutex mutex_;
  std::unique_ptr<CardReader> reader_ MYNA_PT_GUARDED_BY(mutex_);
  ReaderState state_ MYNA_GUARDED_BY(mutex_) = ReaderState::empty;
  std::uint32_t insertion_ MYNA_GUARDED_BY(mutex_) = 0;   // counted; a channel belongs to one
  std::uint32_t power_ups_ MYNA_GUARDED_BY(mutex_) = 0;
};

}  // namespace myna::readers

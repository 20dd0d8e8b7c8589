// SPDX-License-Identifier: Apache-2.0
#include "shared_reader.hpp"

namespace myna::readers {

// The card of one insertion.
class SharedReaderChannel final : public CardChannel {
 public:
  SharedReaderChannel(std::shared_ptr<SharedReader> lane, std::chrono::milliseconds deadline)
      : lane_(std::move(lane)), deadline_(deadline), insertion_(lane_->insertion_), power_ups_(lane_->power_ups_) {}

  // From here to unlock() the mutex is held, which clang cannot follow from one call to the next.
  Status lock() override MYNA_UNCHECKED {
    if (!lane_->mutex_.try_lock_for(deadline_)) return fail(Errc::card_busy);
    const Status ready = prepare();
    if (!ready) lane_->mutex_.unlock();
    return ready;
  }

  void unlock(EndAction action) noexcept override MYNA_UNCHECKED {
    if (action == EndAction::power_off && lane_->insertion_ == insertion_) (void)lane_->reader_->power_off();
    lane_->mutex_.unlock();
  }

  Result<ResponseApdu> exchange(ByteView command) override {
    lane_->mutex_.assert_held();
    if (lane_->insertion_ != insertion_) return fail(Errc::card_removed);
    const auto answer = lane_->reader_->exchange(command);
    if (answer) return ResponseApdu::parse(answer->view());
    lane_->card_left();
    return answer.error().code == Errc::no_reader ? Unexpected(Error{.code = Errc::card_removed}) : Unexpected(answer.error());
  }

  std::uint32_t resets() const noexcept override { return power_ups_; }
  std::size_t max_response_data() const noexcept override { return 65536; }

 private:
  Status prepare() MYNA_REQUIRES(lane_->mutex_) {
    if (lane_->insertion_ != insertion_) return fail(Errc::card_removed);
    if (lane_->reader_->atr().empty()) {
      const Status powered = lane_->power_on();
      if (!powered) lane_->card_left();
      if (!powered) return fail(Errc::card_removed);
    }
    power_ups_ = lane_->power_ups_;
    return {};
  }

  std::shared_ptr<SharedReader> lane_;
  std::chrono::milliseconds deadline_;
  std::uint32_t insertion_, power_ups_;
};

void SharedReader::card_left() {
  ++insertion_;
  state_ = ReaderState::empty;
}

Status SharedReader::power_on() {
  MYNA_TRY(const Bytes atr, reader_->power_on());
  ++power_ups_;
  return {};
}

ReaderState SharedReader::seen(const Result<bool>& there) const {
  if (!there) return ReaderState::unusable;
  if (*there) return ReaderState::card_present;
  return reader_->several_cards() ? ReaderState::several_cards : ReaderState::empty;
}

Result<ReaderState> SharedReader::look() {
  const auto there = reader_->card_present();
  if (!there && there.error().code == Errc::no_reader) return Unexpected(there.error());
  const ReaderState now = seen(there);
  if (state_ == ReaderState::card_present && now != ReaderState::card_present) card_left();
  if (state_ != ReaderState::card_unresponsive || now != ReaderState::card_present) state_ = now;
  return state_;
}

Result<ReaderState> SharedReader::state() {
  if (!mutex_.try_lock()) return ReaderState::card_present;
  const MutexLock lock(mutex_, std::adopt_lock);
  return look();
}

Result<std::unique_ptr<CardChannel>> SharedReader::open(std::chrono::milliseconds deadline) {
  if (!mutex_.try_lock_for(deadline)) return fail(Errc::card_busy);
  const MutexLock lock(mutex_, std::adopt_lock);
  if (state_ == ReaderState::empty || state_ == ReaderState::several_cards) {
    MYNA_TRY(state_, look());
  }
  if (state_ == ReaderState::several_cards) return fail(Errc::several_cards);
  if (state_ == ReaderState::empty) return fail(Errc::no_card);
  if (reader_->atr().empty()) {
    const Status powered = power_on();
    if (!powered && powered.error().code == Errc::card_unresponsive) state_ = ReaderState::card_unresponsive;
    MYNA_CHECK(powered);
  }
  return std::unique_ptr<CardChannel>(std::make_unique<SharedReaderChannel>(shared_from_this(), deadline));
}

}  // namespace myna::readers

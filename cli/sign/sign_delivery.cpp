// SPDX-License-Identifier: Apache-2.0
#include "sign_delivery.hpp"

namespace myna::cli {

Delivery::Delivery(std::function<void(SignJob&)> deliver)
    : deliver_(std::move(deliver)), thread_([this](const std::stop_token& stop) { work(stop); }) {}

void Delivery::add(SignJob& job) {
  const MutexLock lock(mutex_);
  waiting_.push_back(&job);
  changed_.notify_all();
}

void Delivery::wait_for(std::size_t count) {
  const MutexLock lock(mutex_);
  changed_.wait(mutex_, [&]() MYNA_REQUIRES(mutex_) { return done_ >= count || thrown_; });
  if (thrown_) std::rethrow_exception(thrown_);
}

void Delivery::work(const std::stop_token& stop) {
  while (SignJob* const job = next(stop)) {
    std::exception_ptr thrown;
    try {
      deliver_(*job);
    } catch (...) {
      thrown = std::current_exception();
    }
    const MutexLock lock(mutex_);
    ++done_;
    if (!thrown_) thrown_ = thrown;
    changed_.notify_all();
  }
}

// None: stopped, and nothing is left.
SignJob* Delivery::next(const std::stop_token& stop) {
  const MutexLock lock(mutex_);
  if (!changed_.wait(mutex_, stop, [this]() MYNA_REQUIRES(mutex_) { return !waiting_.empty(); })) return nullptr;
  SignJob* const job = waiting_.front();
  waiting_.pop_front();
  return job;
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <random>
#include <thread>

#include "lane.hpp"
#include "myna/core/mutex.hpp"
#include "watcher.hpp"

namespace myna::kiosk {
namespace {

constexpr std::size_t kKey = 32;

Bytes random_key() {
  Bytes key(kKey);
  fill_random(key);
  return key;
}

// Test issuers only where they are named, a floor that protects, a key that hides.
Options sound(Options options) {
  if (!options.test_anchors) std::erase_if(options.anchors, [](const CvAnchor& anchor) { return anchor.is_test; });
  options.pin_floor = std::max<std::uint8_t>(options.pin_floor, 1);
  if (options.service_key.empty()) options.service_key = random_key();
  return options;
}

}  // namespace

class Kiosk::Inside final : public LaneKeeper {
 public:
  Inside(std::vector<std::unique_ptr<ReaderBackend>> backends, Options options)
      : options_(sound(std::move(options))), backends_(std::move(backends)) {
    for (const auto& backend : backends_) watchers_.push_back(std::make_unique<Watcher>(*backend, *this));
  }
  ~Inside() { watchers_.clear(); }   // first those who report, then the lanes

  Lane* find(const std::string& reader) const {
    const MutexLock lock(mutex_);
    const auto lane = lanes_.find(reader);
    return lane == lanes_.end() ? nullptr : lane->second.get();
  }

  std::vector<ReaderView> views() const {
    const MutexLock lock(mutex_);
    std::vector<ReaderView> views;
    for (const auto& [name, lane] : lanes_) views.push_back(lane->view());
    return views;
  }

  Notices& notices() noexcept { return notices_; }
  const Tally& tally() const noexcept { return tally_; }

 private:
  // A lane stays for good: a reader that went away may come back, and sessions point to it.
  Lane& lane(const ReaderInfo& reader, ReaderBackend& backend) override {
    const MutexLock lock(mutex_);
    auto& place = lanes_[reader.name];
    if (!place) place = std::make_unique<Lane>(reader.name, reader.is_virtual, backend, LaneContext{options_, mark_key_, notices_, tally_});
    return *place;
  }
  void service_was_lost() override { ++tally_.service_losses; }

  const Options options_;
  const Bytes mark_key_ = random_key();
  std::vector<std::unique_ptr<ReaderBackend>> backends_;
  Notices notices_;
  Tally tally_;
  mutable Mutex mutex_;
  std::map<std::string, std::unique_ptr<Lane>> lanes_ MYNA_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Watcher>> watchers_;
};

Kiosk::Kiosk(std::vector<std::unique_ptr<ReaderBackend>> backends, Options options)
    : inside_(std::make_unique<Inside>(std::move(backends), std::move(options))) {}
Kiosk::~Kiosk() = default;

std::vector<ReaderView> Kiosk::readers() const { return inside_->views(); }
Result<Notice> Kiosk::wait(std::stop_token stop, std::chrono::milliseconds at_most) { return inside_->notices().wait(stop, at_most); }
int Kiosk::notice_fd() const noexcept { return inside_->notices().fd(); }
Metrics Kiosk::metrics() const { return inside_->tally().now(); }

SessionPtr Kiosk::session(const std::string& reader) const {
  const Lane* lane = inside_->find(reader);
  return lane == nullptr ? nullptr : lane->session();
}

Result<std::uint64_t> Kiosk::submit(const SessionPtr& session, Request request) {
  Lane* lane = session ? inside_->find(session->reader()) : nullptr;
  return lane == nullptr ? fail(Errc::session_ended) : lane->submit(*session, std::move(request), nullptr);
}

Status Kiosk::run(const SessionPtr& session, Request request, std::stop_token stop) {
  Lane* lane = session ? inside_->find(session->reader()) : nullptr;
  if (lane == nullptr) return fail(Errc::session_ended);
  const auto completion = std::make_shared<Completion>();
  MYNA_CHECK(lane->submit(*session, std::move(request), completion));
  const Status status = completion->wait(stop);
  if (!status && status.error().code == Errc::cancelled) lane->cancel_operation(*session);
  return status;
}

void Kiosk::cancel_operation(const SessionPtr& session) {
  Lane* lane = session ? inside_->find(session->reader()) : nullptr;
  if (lane != nullptr) lane->cancel_operation(*session);
}

namespace {

Status tell(Lane* lane, const SessionPtr& session, Event event, std::string label = {}) {
  return lane == nullptr ? fail(Errc::session_ended) : lane->tell(*session, event, std::move(label));
}

}  // namespace

Status Kiosk::want_pin(const SessionPtr& session) {
  return tell(session ? inside_->find(session->reader()) : nullptr, session, Event::pin_wanted);
}
Status Kiosk::decline_pin(const SessionPtr& session) {
  return tell(session ? inside_->find(session->reader()) : nullptr, session, Event::pin_declined);
}
Status Kiosk::touch(const SessionPtr& session) {
  return tell(session ? inside_->find(session->reader()) : nullptr, session, Event::touched);
}
Status Kiosk::confirm(const SessionPtr& session, std::string label) {
  MYNA_CHECK(check_label(label));
  return tell(session ? inside_->find(session->reader()) : nullptr, session, Event::confirm_asked, std::move(label));
}

Status Kiosk::cancel(const std::string& reader) {
  Lane* lane = inside_->find(reader);
  if (lane == nullptr) return fail(Errc::reader_unknown);
  lane->cancel();
  return {};
}

}  // namespace myna::kiosk

// SPDX-License-Identifier: Apache-2.0
// Choosing among the readers of several backends, and waiting on all of them at once.
#include "myna/ports/reader_hub.hpp"

#include <algorithm>
#include <functional>
#include <future>

namespace myna {
namespace {

using Readers = std::vector<ReaderInfo>;

template <typename Predicate>
Readers those(const Readers& readers, Predicate predicate) {
  Readers chosen;
  std::ranges::copy_if(readers, std::back_inserter(chosen), predicate);
  return chosen;
}

Result<ReaderInfo> only(const Readers& candidates, Errc when_none) {
  if (candidates.empty()) return fail(when_none);
  if (candidates.size() > 1) return fail(Errc::reader_ambiguous);
  return candidates.front();
}

Result<ReaderInfo> by_name(const Readers& readers, std::string_view name) {
  const auto exact = std::ranges::find(readers, name, &ReaderInfo::name);
  if (exact != readers.end()) return *exact;
  const auto contains = [name](const ReaderInfo& r) { return r.name.find(name) != std::string::npos; };
  return only(those(readers, contains), Errc::reader_unknown);
}

Result<ReaderInfo> by_card(const Readers& readers) {
  const auto has_card = [](const ReaderInfo& r) { return r.state != ReaderState::empty; };
  const Readers with_card = those(readers, has_card);
  if (with_card.empty() && readers.size() > 1) return fail(Errc::no_card);
  return only(with_card.empty() ? readers : with_card, Errc::no_reader);
}

// Every backend is waited on in a thread of its own: each sleeps in a place of its own (pcscd, inotify, a USB reader) and wakes at once
// when a stop is requested, so there is no interval to choose. The first event stops the others; all have ended when this object has.
class Waits {
 public:
  Waits(const std::stop_token& caller, std::chrono::milliseconds at_most)
      : caller_stops_(caller, [this] { stop_.request_stop(); }), at_most_(at_most) {}
  Waits(const Waits&) = delete;
  Waits& operator=(const Waits&) = delete;
  ~Waits() { stop_.request_stop(); }

  void start(ReaderBackend& backend) {
    running_.push_back(std::async(std::launch::async, [this, &backend] { return wait_on(backend); }));
  }

  std::vector<Result<ReaderEvent>> ended() {
    std::vector<Result<ReaderEvent>> results;
    for (auto& one : running_) results.push_back(one.get());
    return results;
  }

 private:
  Result<ReaderEvent> wait_on(ReaderBackend& backend) {
    auto result = backend.wait(stop_.get_token(), at_most_);
    if (result && result->kind != ReaderEventKind::nothing) stop_.request_stop();
    return result;
  }

  std::stop_source stop_;
  std::stop_callback<std::function<void()>> caller_stops_;
  std::chrono::milliseconds at_most_;
  std::vector<std::future<Result<ReaderEvent>>> running_;   // the last member: its end joins the threads
};

// Of waits that brought no event: time that was up says more than a backend that failed.
Result<ReaderEvent> without_event(const std::vector<Result<ReaderEvent>>& results) {
  const auto timed_out = std::ranges::find_if(results, [](const auto& result) { return result.has_value(); });
  return timed_out == results.end() ? results.front() : *timed_out;
}

}  // namespace

void ReaderHub::add(std::unique_ptr<ReaderBackend> backend) { backends_.push_back(std::move(backend)); }

Result<Readers> ReaderHub::readers() {
  untold_.clear();   // the list tells it
  Readers all;
  std::optional<Error> first_error;
  bool any = false;
  for (const auto& backend : backends_) {
    const auto some = backend->readers();
    if (some) all.insert(all.end(), some->begin(), some->end());
    else if (!first_error) first_error = some.error();
    any = any || some.has_value();
  }
  if (!any && first_error) return Unexpected(*first_error);
  return all;
}

Result<ReaderInfo> ReaderHub::choose(std::string_view name) {
  MYNA_TRY(const Readers all, readers());
  if (all.empty()) return fail(Errc::no_reader);
  return name.empty() ? by_card(all) : by_name(all, name);
}

Result<std::unique_ptr<CardChannel>> ReaderHub::open(const ReaderInfo& reader) {
  for (const auto& backend : backends_) {
    auto channel = backend->open(reader);
    if (channel || channel.error().code != Errc::reader_unknown) return channel;
  }
  return fail(Errc::reader_unknown);
}

Result<ReaderEvent> ReaderHub::wait(std::stop_token stop, std::chrono::milliseconds at_most) {
  if (backends_.empty()) return fail(Errc::no_reader);
  if (backends_.size() == 1) return backends_.front()->wait(std::move(stop), at_most);
  if (untold_.empty()) {
    const auto results = wait_on_all(stop, at_most);
    for (const auto& result : results) {
      if (result && result->kind != ReaderEventKind::nothing) untold_.push_back(*result);
    }
    if (untold_.empty()) return stop.stop_requested() ? fail(Errc::cancelled) : without_event(results);
  }
  ReaderEvent event = std::move(untold_.front());
  untold_.pop_front();
  return event;
}

std::vector<Result<ReaderEvent>> ReaderHub::wait_on_all(const std::stop_token& stop, std::chrono::milliseconds at_most) {
  Waits waits(stop, at_most);
  for (const auto& backend : backends_) waits.start(*backend);
  return waits.ended();
}

}  // namespace myna

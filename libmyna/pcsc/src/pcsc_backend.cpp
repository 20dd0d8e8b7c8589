// SPDX-License-Identifier: Apache-2.0
#include "myna/pcsc/pcsc_backend.hpp"

#include <deque>

#include "marked_channel.hpp"
#include "pcsc_channel.hpp"
#include "reader_watch.hpp"

namespace myna {
namespace {

using namespace pcsc;

class PcscBackend final : public ReaderBackend {
 public:
  explicit PcscBackend(PcscOptions options) : options_(std::move(options)) {}

  Result<std::vector<ReaderInfo>> readers() override {
    MYNA_TRY(known_, sightings());
    pending_.clear();
    std::vector<ReaderInfo> infos;
    for (const Sighting& sighting : known_) infos.push_back(sighting.info);
    return infos;
  }

  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo& reader) override {
    MYNA_TRY(auto connection, connect_within(reader.name, options_.deadline));
    std::unique_ptr<CardChannel> channel = std::make_unique<PcscChannel>(reader.name, std::move(connection), options_.deadline);
    if (!options_.runtime_directories.empty()) {
      channel = std::make_unique<MarkedChannel>(std::move(channel), options_.runtime_directories, options_.pins_end, reader.name);
    }
    return channel;
  }

  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most) override {
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (true) {
      MYNA_CHECK(note_changes());
      if (!pending_.empty()) return take_event();
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      if (left.count() <= 0) return ReaderEvent{};
      MYNA_CHECK(wait_on_context(stop, left));
    }
  }

 private:
  // A pcscd that was restarted leaves a dead context behind: it is made anew, once.
  Result<Sightings> sightings() {
    for (int attempt = 0;; ++attempt) {
      if (!context_) {
        MYNA_TRY(Context fresh, Context::establish());
        context_.emplace(std::move(fresh));
      }
      auto seen = look(*context_);
      if (seen || seen.error().code != Errc::no_service || attempt > 0) return seen;
      context_.reset();
    }
  }

  Status note_changes() {
    MYNA_TRY(Sightings now, sightings());
    for (ReaderEvent& event : difference(known_, now)) pending_.push_back(std::move(event));
    known_ = std::move(now);
    return {};
  }

  ReaderEvent take_event() {
    ReaderEvent event = std::move(pending_.front());
    pending_.pop_front();
    return event;
  }

  Status wait_on_context(const std::stop_token& stop, std::chrono::milliseconds left) {
    const auto changed = wait_for_change(*context_, known_, stop, left);
    if (!changed && changed.error().code == Errc::no_service) {
      context_.reset();
      return {};
    }
    return changed ? Status{} : Status{Unexpected(changed.error())};
  }

  PcscOptions options_;
  std::optional<Context> context_;
  Sightings known_;
  std::deque<ReaderEvent> pending_;
};

}  // namespace

std::unique_ptr<ReaderBackend> make_pcsc_backend(PcscOptions options) {
  return std::make_unique<PcscBackend>(std::move(options));
}

}  // namespace myna

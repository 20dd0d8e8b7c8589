// SPDX-License-Identifier: Apache-2.0
// myna.h: errors, data, options, the kiosk and its notices.
#include <algorithm>

#include "capi.hpp"
#include "myna/core/enum_table.hpp"

using namespace myna;
using namespace myna::capi;

namespace {

constexpr auto kNotices = rows_for<kiosk::NoticeKind, const char*>({"nothing", "state", "finished", "committed", "dropped", "lost"});

std::unique_ptr<myna_notice> wrap(kiosk::Notice notice) {
  auto made = std::make_unique<myna_notice>();
  if (notice.error) made->error.error = *notice.error;
  made->notice = std::move(notice);
  return made;
}

// Until the listener is to end or the kiosk ends.
void listen(const std::stop_token& stop, Host& host, myna_listener listener, void* context) {
  while (!stop.stop_requested()) {
    auto notice = host.kiosk().wait(stop, std::chrono::hours(1));
    if (notice && notice->kind != kiosk::NoticeKind::nothing) listener(wrap(*std::move(notice)).get(), context);
  }
}

Result<kiosk::Notice> next_notice(Host& host, int milliseconds) {
  const std::stop_token stop = host.interruption();
  constexpr std::chrono::hours kLong(24);
  while (true) {
    auto notice = host.kiosk().wait(stop, milliseconds < 0 ? kLong : std::chrono::milliseconds(milliseconds));
    if (milliseconds >= 0 || !notice || notice->kind != kiosk::NoticeKind::nothing) return notice;
  }
}

struct MetricRow {
  std::string_view name;
  std::uint64_t kiosk::Metrics::*value;
};
using kiosk::Metrics;
constexpr MetricRow kMetrics[] = {
    {"sessions", &Metrics::sessions}, {"foreign-cards", &Metrics::foreign_cards}, {"operations", &Metrics::operations},
    {"operations-failed", &Metrics::operations_failed}, {"pins-sent", &Metrics::pins_sent}, {"pins-refused", &Metrics::pins_refused},
    {"commits", &Metrics::commits}, {"left-behind", &Metrics::left_behind}, {"reader-losses", &Metrics::reader_losses},
    {"reader-returns", &Metrics::reader_returns}, {"service-losses", &Metrics::service_losses}, {"reconnects", &Metrics::reconnects},
    {"revivals", &Metrics::revivals}, {"hangs", &Metrics::hangs}, {"apdus", &Metrics::apdus}};

}  // namespace

const char* myna_version(void) { return MYNA_VERSION; }

const char* myna_error_name(const myna_error* error) { return given(error) ? describe(error->error.code).name.data() : nullptr; }
const char* myna_error_message(const myna_error* error, int language) {
  return given(error) ? words(describe(error->error.code).message, language) : nullptr;
}
const char* myna_error_advice(const myna_error* error, int language) {
  return given(error) ? words(describe(error->error.code).advice, language) : nullptr;
}
const char* myna_error_about(const myna_error* error, int language) {
  return given(error) && error->error.about != nullptr ? words(*error->error.about, language) : nullptr;
}
int myna_error_tries_left(const myna_error* error) { return given(error) && error->error.tries_left ? *error->error.tries_left : -1; }
void myna_error_free(myna_error* error) {
  if (!is_static(error)) delete error;
}

const void* myna_data_bytes(const myna_data* data) { return given(data) ? data->bytes.view().data() : nullptr; }
size_t myna_data_size(const myna_data* data) { return given(data) ? data->bytes.size() - 1 : 0; }
void myna_data_free(myna_data* data) { delete data; }

myna_options* myna_options_new(void) {
  return object_of<myna_options>(nullptr, [] { return Result<std::unique_ptr<myna_options>>(std::make_unique<myna_options>()); });
}
int myna_options_add_readers(myna_options* options, const char* readers, myna_error** error) {
  return status_of(error, [&]() -> Status {
    if (!given(options, readers)) return fail(Errc::invalid_argument);
    options->readers.emplace_back(text_of(readers));
    const auto usable = backends_of(*options);
    if (!usable) options->readers.pop_back();
    return usable ? Status{} : Status{Unexpected(usable.error())};
  });
}
int myna_options_set(myna_options* options, const char* name, const char* value, myna_error** error) {
  return status_of(error,
                   [&] { return given(options, name, value) ? set_option(*options, name, value) : Status{fail(Errc::invalid_argument)}; });
}
int myna_options_set_service_key(myna_options* options, const void* key, size_t size, myna_error** error) {
  constexpr std::size_t kLeast = 16, kMost = 1024;
  return status_of(error, [&]() -> Status {
    if (!given(options, key) || size < kLeast || size > kMost) return fail(Errc::invalid_argument);
    const auto* bytes = static_cast<const Byte*>(key);
    options->options.service_key.assign(bytes, bytes + size);
    return {};
  });
}
void myna_options_free(myna_options* options) {
  if (options != nullptr) wipe(options->options.service_key.data(), options->options.service_key.size());
  delete options;
}

myna_kiosk* myna_kiosk_new(const myna_options* options, myna_error** error) {
  return object_of<myna_kiosk>(error, [&]() -> Result<std::unique_ptr<myna_kiosk>> {
    if (!given(options)) return fail(Errc::invalid_argument);
    MYNA_TRY(auto backends, backends_of(*options));
    MYNA_TRY(auto settings, kiosk_options_of(*options));
    auto kiosk = std::make_unique<myna_kiosk>();
    kiosk->host = std::make_shared<Host>(std::move(backends), std::move(settings));
    return kiosk;
  });
}

void myna_kiosk_free(myna_kiosk* kiosk) {
  if (kiosk == nullptr) return;
  kiosk->listener = {};   // joins
  kiosk->host->end();
  // Whoever left just now may still hold it for a moment; the threads are joined by us and not by them.
  while (kiosk->host.use_count() > 1) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  delete kiosk;
}

myna_readers* myna_kiosk_readers(myna_kiosk* kiosk, myna_error** error) {
  return object_of<myna_readers>(error, [&]() -> Result<std::unique_ptr<myna_readers>> {
    if (!given(kiosk)) return fail(Errc::invalid_argument);
    return std::make_unique<myna_readers>(myna_readers{kiosk->host->kiosk().readers()});
  });
}
size_t myna_readers_count(const myna_readers* readers) { return given(readers) ? readers->views.size() : 0; }
const char* myna_readers_name(const myna_readers* readers, size_t at) {
  return at < myna_readers_count(readers) ? readers->views[at].name.c_str() : nullptr;
}
const char* myna_readers_state(const myna_readers* readers, size_t at) {
  return at < myna_readers_count(readers) ? kiosk::to_string(readers->views[at].state).data() : nullptr;
}
int myna_readers_is_virtual(const myna_readers* readers, size_t at) {
  return at < myna_readers_count(readers) && readers->views[at].is_virtual;
}
void myna_readers_free(myna_readers* readers) { delete readers; }

const char* myna_state_text(const char* state, int language) {
  for (std::size_t i = 0; i < kiosk::kStates; ++i) {
    const auto one = static_cast<kiosk::State>(i);
    if (kiosk::to_string(one) == text_of(state)) return words(kiosk::describe(one), language);
  }
  return nullptr;
}

int myna_kiosk_wait(myna_kiosk* kiosk, int milliseconds, myna_notice** notice, myna_error** error) {
  bool there = false;
  const int status = status_of(error, [&]() -> Status {
    if (!given(kiosk, notice)) return fail(Errc::invalid_argument);
    const Call call(kiosk->host);
    auto next = call ? next_notice(*kiosk->host, milliseconds) : fail(Errc::cancelled);
    if (!next && next.error().code != Errc::cancelled) return Unexpected(next.error());
    there = next && next->kind != kiosk::NoticeKind::nothing;
    if (there) *notice = wrap(*std::move(next)).release();
    return {};
  });
  return status == 0 ? static_cast<int>(there) : -1;
}
void myna_kiosk_interrupt(myna_kiosk* kiosk) {
  if (given(kiosk)) kiosk->host->interrupt();
}
int myna_kiosk_descriptor(const myna_kiosk* kiosk) { return given(kiosk) ? kiosk->host->kiosk().notice_fd() : -1; }

int myna_kiosk_listen(myna_kiosk* kiosk, myna_listener listener, void* context, myna_error** error) {
  return status_of(error, [&]() -> Status {
    if (!given(kiosk)) return fail(Errc::invalid_argument);
    kiosk->listener = {};   // joins the one before
    if (listener != nullptr) {
      kiosk->listener = std::jthread(
          [host = kiosk->host.get(), listener, context](const std::stop_token& stop) { listen(stop, *host, listener, context); });
    }
    return {};
  });
}

const char* myna_notice_kind(const myna_notice* notice) {
  return given(notice) ? kNotices[notice->notice.kind] : nullptr;
}
const char* myna_notice_reader(const myna_notice* notice) { return given(notice) ? notice->notice.reader.c_str() : nullptr; }
const char* myna_notice_state(const myna_notice* notice) { return given(notice) ? kiosk::to_string(notice->notice.state).data() : nullptr; }
const char* myna_notice_label(const myna_notice* notice) { return given(notice) ? notice->notice.label.c_str() : nullptr; }
uint64_t myna_notice_session(const myna_notice* notice) { return given(notice) ? notice->notice.session : 0; }
const myna_error* myna_notice_error(const myna_notice* notice) { return given(notice) && notice->notice.error ? &notice->error : nullptr; }
void myna_notice_free(myna_notice* notice) { delete notice; }

uint64_t myna_kiosk_metric(const myna_kiosk* kiosk, const char* name) {
  const auto row = std::ranges::find(kMetrics, text_of(name), &MetricRow::name);
  return !given(kiosk) || row == std::end(kMetrics) ? 0 : kiosk->host->kiosk().metrics().*row->value;
}

int myna_kiosk_cancel(myna_kiosk* kiosk, const char* reader, myna_error** error) {
  return status_of(error,
                   [&] { return given(kiosk, reader) ? kiosk->host->kiosk().cancel(reader) : Status{fail(Errc::invalid_argument)}; });
}

myna_session* myna_kiosk_session(myna_kiosk* kiosk, const char* reader, int milliseconds, myna_error** error) {
  return object_of<myna_session>(error, [&]() -> Result<std::unique_ptr<myna_session>> {
    if (!given(kiosk)) return fail(Errc::invalid_argument);
    const Call call(kiosk->host);
    if (!call) return fail(Errc::cancelled);
    MYNA_TRY(auto session, call->wait_for_session(reader, milliseconds));
    return std::make_unique<myna_session>(myna_session{kiosk->host, std::move(session)});
  });
}

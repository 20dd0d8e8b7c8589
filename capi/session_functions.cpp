// SPDX-License-Identifier: Apache-2.0
// myna.h: sessions, their operations and data.
#include <algorithm>

#include "capi.hpp"
#include "myna/core/dates.hpp"

using namespace myna;
using namespace myna::capi;

namespace {

template <typename Work>
int in_host(myna_session* session, myna_error** error, Work work) noexcept {
  return status_of(error, [&]() -> Status {
    if (!given(session)) return fail(Errc::invalid_argument);
    const Call call(session->host);
    return call ? work(call->kiosk()) : Status{fail(Errc::session_ended)};
  });
}

// An operation that `make` makes; what it finds wrong was never sent.
template <typename Make>
int run(myna_session* session, myna_error** error, Make make) noexcept {
  return in_host(session, error, [&](kiosk::Kiosk& kiosk) -> Status {
    MYNA_TRY(kiosk::Request request, make());
    return kiosk.run(session->session, std::move(request));
  });
}

using MadeRequest = Result<kiosk::Request>;

Result<Pin> pin_of(const char* name, const char* pin) {
  const PinRow* row = find_pin(my_number_profile(), text_of(name));
  return row == nullptr ? fail(Errc::invalid_argument) : Pin::parse(*row, text_of(pin));
}

// Not yet whether they are as many as they should be; but not more than anything takes.
Result<Bytes> bytes_of(const void* data, size_t size) {
  const auto* bytes = static_cast<const Byte*>(data);
  return !given(data) || size > kiosk::kMostChallenge ? Result<Bytes>(fail(Errc::invalid_argument)) : Bytes(bytes, bytes + size);
}

Result<CertificateKind> certificate_of(const char* name) {
  const CertificateRow* row = find_certificate(my_number_profile(), text_of(name));
  return row == nullptr ? Result<CertificateKind>(fail(Errc::invalid_argument)) : row->kind;
}

}  // namespace

const char* myna_session_reader(const myna_session* session) { return given(session) ? session->session->reader().c_str() : nullptr; }
uint64_t myna_session_number(const myna_session* session) { return given(session) ? session->session->number() : 0; }
int myna_session_is_alive(const myna_session* session) { return given(session) && session->session->alive(); }
int myna_session_is_virtual(const myna_session* session) { return given(session) && session->session->is_virtual(); }
void myna_session_free(myna_session* session) { delete session; }

int myna_session_identify(myna_session* session, myna_error** error) {
  return run(session, error, [] { return MadeRequest(kiosk::Identify{}); });
}
int myna_session_count_tries(myna_session* session, myna_error** error) {
  return run(session, error, [] { return MadeRequest(kiosk::CountTries{}); });
}
int myna_session_verify_pin(myna_session* session, const char* pin_name, const char* pin, myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    MYNA_TRY(auto checked, pin_of(pin_name, pin));
    return kiosk::Request(kiosk::VerifyPin{std::move(checked)});
  });
}
int myna_session_read_attributes(myna_session* session, const char* pin_name, const char* pin, myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    MYNA_TRY(auto checked, pin_of(pin_name, pin));
    return kiosk::Request(kiosk::ReadAttributes{std::move(checked)});
  });
}
int myna_session_read_face(myna_session* session, const char* pin_name, const char* pin, myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    MYNA_TRY(auto checked, pin_of(pin_name, pin));
    return kiosk::Request(kiosk::ReadFace{std::move(checked)});
  });
}
int myna_session_read_number(myna_session* session, const char* pin_name, const char* pin, const char* purpose, myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    MYNA_TRY(auto checked, pin_of(pin_name, pin));
    return kiosk::Request(kiosk::ReadNumber{std::move(checked), std::string(text_of(purpose))});
  });
}
int myna_session_log_in(myna_session* session, const char* pin, const char* audience, const void* challenge, size_t size,
                        myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    MYNA_TRY(auto checked, pin_of("auth", pin));
    MYNA_TRY(Bytes bytes, bytes_of(challenge, size));
    return kiosk::Request(kiosk::AnswerLogIn{std::move(checked), std::string(text_of(audience)), std::move(bytes)});
  });
}
int myna_session_check_age(myna_session* session, const char* pin_name, const char* pin, unsigned years, const char* yyyymmdd,
                           myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    const auto on = day_of_digits(text_of(yyyymmdd));
    if (!on) return fail(Errc::invalid_argument);
    MYNA_TRY(auto checked, pin_of(pin_name, pin));
    return kiosk::Request(kiosk::CheckAge{std::move(checked), years, *on});
  });
}
int myna_session_sign_digest(myna_session* session, const char* pin_name, const char* pin, const char* digest, const void* hash,
                             size_t size, myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    const auto kind = digest_by_name(text_of(digest));
    if (!kind) return fail(Errc::invalid_argument);
    MYNA_TRY(Bytes bytes, bytes_of(hash, size));
    MYNA_TRY(auto checked, pin_of(pin_name, pin));
    return kiosk::Request(kiosk::SignDigest{std::move(checked), *kind, std::move(bytes)});
  });
}
int myna_session_read_certificate(myna_session* session, const char* kind, const char* pin, myna_error** error) {
  return run(session, error, [&]() -> MadeRequest {
    MYNA_TRY(const CertificateKind certificate, certificate_of(kind));
    kiosk::ReadCertificate request{.kind = certificate};
    if (pin != nullptr) {
      MYNA_TRY(auto checked, pin_of(certificate == CertificateKind::sign ? "sign" : "auth", pin));
      request.pin.emplace(std::move(checked));
    }
    return kiosk::Request(std::move(request));
  });
}
int myna_session_remind_renewal(myna_session* session, myna_error** error) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return run(session, error, [now] { return MadeRequest(kiosk::RemindRenewal{now}); });
}

void myna_session_cancel(myna_session* session) {
  (void)in_host(session, nullptr, [&](kiosk::Kiosk& kiosk) -> Status {
    kiosk.cancel_operation(session->session);
    return {};
  });
}

myna_data* myna_session_data(myna_session* session, const char* name, myna_error** error) {
  return object_of<myna_data>(error, [&]() -> Result<std::unique_ptr<myna_data>> {
    if (!given(session)) return fail(Errc::invalid_argument);
    Result<SecretBytes> found = fail(Errc::session_ended);
    MYNA_CHECK(session->session->with([&](const kiosk::Held& held) { found = data_of(held, text_of(name)); }));
    MYNA_TRY(SecretBytes bytes, std::move(found));
    bytes.append(ByteView(hex("00")));
    return std::make_unique<myna_data>(myna_data{std::move(bytes)});
  });
}

int myna_session_tries_left(myna_session* session, const char* pin_name) {
  int left = -1;
  const PinRow* row = find_pin(my_number_profile(), text_of(pin_name));
  if (!given(session, row)) return left;
  (void)status_of(nullptr, [&] {
    return session->session->with([&](const kiosk::Held& held) {
      const auto count = std::ranges::find(held.counters, row->kind, [](const PinCount& one) { return one.row->kind; });
      if (count != held.counters.end() && count->status && count->status->remaining()) left = *count->status->remaining();
    });
  });
  return left;
}

int myna_session_want_pin(myna_session* session, myna_error** error) {
  return in_host(session, error, [&](kiosk::Kiosk& kiosk) { return kiosk.want_pin(session->session); });
}
int myna_session_decline_pin(myna_session* session, myna_error** error) {
  return in_host(session, error, [&](kiosk::Kiosk& kiosk) { return kiosk.decline_pin(session->session); });
}
int myna_session_touch(myna_session* session, myna_error** error) {
  return in_host(session, error, [&](kiosk::Kiosk& kiosk) { return kiosk.touch(session->session); });
}
int myna_session_confirm(myna_session* session, const char* label, myna_error** error) {
  return in_host(session, error, [&](kiosk::Kiosk& kiosk) { return kiosk.confirm(session->session, std::string(text_of(label))); });
}

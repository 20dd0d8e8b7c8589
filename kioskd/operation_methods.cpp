// SPDX-License-Identifier: Apache-2.0
#include "operation_methods.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "myna/core/base64.hpp"
#include "myna/core/dates.hpp"

namespace myna::kioskd {
namespace {

using namespace kiosk;
using Made = Result<Request>;

template <typename Row>
const Row* named(std::span<const Row> rows, std::string_view name) {
  const auto found = std::ranges::find(rows, name, &Row::name);
  return found == rows.end() ? nullptr : &*found;
}

// params.pin, of the kind params.kind, or of `usual` where that is not given.
Result<Pin> pin_in(const Json& params, std::string_view usual) {
  const std::string* pin = text_in(params, "pin");
  const std::string* kind = text_in(params, "kind");
  const PinRow* row = named(my_number_profile().pins, kind != nullptr ? std::string_view(*kind) : usual);
  if (pin == nullptr || row == nullptr) return fail(Errc::invalid_argument);
  return Pin::parse(*row, *pin);
}

Result<Bytes> bytes_in(const Json& params, const char* name) {
  const std::string* text = text_in(params, name);
  auto bytes = text == nullptr ? std::nullopt : from_base64(*text);
  if (!bytes) return fail(Errc::invalid_argument);
  return *std::move(bytes);
}

std::chrono::sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// YYYY-MM-DD; today in Japan when it is not given.
Result<std::chrono::year_month_day> day_in(const Json& params, const char* name) {
  if (!params.contains(name)) return std::chrono::year_month_day(day_in_japan(now()));
  const std::string* text = text_in(params, name);
  const auto day = text == nullptr ? std::nullopt : day_of_iso(*text);
  if (!day) return fail(Errc::invalid_argument);
  return *day;
}

Made make_identify(const Json&) { return Request(Identify{}); }

Made make_counters(const Json& params) {
  CountTries request;
  const auto kinds = params.find("kinds");
  if (kinds == params.end()) return Request(std::move(request));
  if (!kinds->is_array()) return fail(Errc::invalid_argument);
  for (const Json& kind : *kinds) {
    const PinRow* row = kind.is_string() ? named(my_number_profile().pins, kind.get_ref<const std::string&>()) : nullptr;
    if (row == nullptr) return fail(Errc::invalid_argument);
    request.kinds.push_back(row->kind);
  }
  return Request(std::move(request));
}

Made make_verify(const Json& params) {
  MYNA_TRY(Pin pin, pin_in(params, ""));
  return Request(VerifyPin{std::move(pin)});
}

Made make_attributes(const Json& params) {
  MYNA_TRY(Pin pin, pin_in(params, "text"));
  return Request(ReadAttributes{std::move(pin)});
}

Made make_face(const Json& params) {
  MYNA_TRY(Pin pin, pin_in(params, "face-code-b"));
  return Request(ReadFace{std::move(pin)});
}

Made make_log_in(const Json& params) {
  const std::string* audience = text_in(params, "audience");
  if (audience == nullptr) return fail(Errc::invalid_argument);
  MYNA_TRY(Bytes challenge, bytes_in(params, "challenge"));
  MYNA_TRY(Pin pin, pin_in(params, "auth"));
  return Request(AnswerLogIn{std::move(pin), *audience, std::move(challenge)});
}

Made make_age(const Json& params) {
  const auto years = params.find("years");
  if (years == params.end() || !years->is_number_unsigned()) return fail(Errc::invalid_argument);
  MYNA_TRY(const auto day, day_in(params, "on"));
  MYNA_TRY(Pin pin, pin_in(params, "text"));
  return Request(
      CheckAge{std::move(pin), static_cast<unsigned>(std::min<std::uint64_t>(years->get<std::uint64_t>(), kMostYears + 1)), day});
}

Made make_sign(const Json& params) {
  const std::string* name = text_in(params, "digest");
  if (name == nullptr) return fail(Errc::invalid_argument);
  const std::optional<Digest> digest = digest_by_name(*name);
  if (!digest) return fail(Errc::invalid_argument);
  MYNA_TRY(Bytes hash, bytes_in(params, "hash"));
  MYNA_TRY(Pin pin, pin_in(params, ""));
  return Request(SignDigest{std::move(pin), *digest, std::move(hash)});
}

Made make_certificate(const Json& params) {
  const std::string* name = text_in(params, "certificate");
  const CertificateRow* row = name == nullptr ? nullptr : named(my_number_profile().certificates, *name);
  if (row == nullptr) return fail(Errc::invalid_argument);
  ReadCertificate request{.kind = row->kind};
  if (params.contains("pin")) {
    MYNA_TRY(Pin pin, pin_in(params, row->kind == CertificateKind::sign ? "sign" : "auth"));
    request.pin = std::move(pin);
  }
  return Request(std::move(request));
}

Made make_renewal(const Json&) { return Request(RemindRenewal{now()}); }

constexpr std::array kOperations{
    OperationRow{"identify", make_identify, identity_of},
    OperationRow{"counters", make_counters, counters_of},
    OperationRow{"verify", make_verify, nothing_of},
    OperationRow{"attributes", make_attributes, attributes_of},
    OperationRow{"face", make_face, face_of},
    OperationRow{"log-in", make_log_in, log_in_of},
    OperationRow{"age", make_age, age_of},
    OperationRow{"sign", make_sign, signature_of},
    OperationRow{"certificate", make_certificate, certificate_of},
    OperationRow{"renewal", make_renewal, renewal_of},
};

}  // namespace

std::span<const OperationRow> operation_rows() noexcept { return kOperations; }

}  // namespace myna::kioskd

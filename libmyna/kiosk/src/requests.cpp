// SPDX-License-Identifier: Apache-2.0
#include "myna/kiosk/kiosk_requests.hpp"

#include <algorithm>
#include <concepts>

#include "myna/core/utf8.hpp"

namespace myna::kiosk {
namespace {

using enum PinKind;

Status insist(bool right) { return right ? Status{} : Status{fail(Errc::invalid_argument)}; }

bool is_one_of(const Pin& pin, std::initializer_list<PinKind> kinds) { return std::ranges::find(kinds, pin.row().kind) != kinds.end(); }
bool is_text(std::string_view text, std::size_t at_most) { return !text.empty() && text.size() <= at_most && is_printable_utf8(text); }
bool is_day(std::chrono::year_month_day day) {
  return day.ok() && day.year() >= std::chrono::year(1) && day.year() <= std::chrono::year(9999);
}

bool fits(const Identify&) { return true; }
bool fits(const RemindRenewal&) { return true; }
bool fits(const CountTries& request) { return request.kinds.size() <= my_number_profile().pins.size(); }
bool fits(const ReadAttributes& request) { return is_one_of(request.pin, {text, text_code_b}); }
bool fits(const ReadFace& request) { return is_one_of(request.pin, {face_code_a, face_code_b}); }
bool fits(const ReadNumber& request) {
  return is_one_of(request.pin, {text, text_code_a}) && is_text(request.purpose, kMostPurpose) && request.purpose.size() >= kLeastPurpose;
}
bool fits(const VerifyPin& request) { return !is_one_of(request.pin, {juki}); }
bool fits(const AnswerLogIn& request) {
  return is_one_of(request.pin, {auth}) && is_text(request.audience, kMostAudience) && request.challenge.size() >= kLeastChallenge &&
         request.challenge.size() <= kMostChallenge;
}
bool fits(const CheckAge& request) {
  return is_one_of(request.pin, {text, text_code_b, face_birth}) && request.years <= kMostYears && is_day(request.on);
}
bool fits(const SignDigest& request) { return is_one_of(request.pin, {auth, sign}) && request.hash.size() == digest_bytes(request.digest); }
bool fits(const ReadCertificate& request) {
  return !request.pin || is_one_of(*request.pin, {request.kind == CertificateKind::sign ? sign : auth});
}

}  // namespace

Status check(const Request& request) {
  return insist(std::visit([](const auto& one) { return fits(one); }, request));
}

Status check_label(std::string_view label) { return insist(is_text(label, kMostLabel)); }

const Pin* pin_of(const Request& request) noexcept {
  return std::visit(
      [](const auto& one) -> const Pin* {
        if constexpr (requires { { one.pin } -> std::same_as<const Pin&>; }) return &one.pin;
        else if constexpr (requires { one.pin.has_value(); }) return one.pin ? &*one.pin : nullptr;
        else return nullptr;
      },
      request);
}

}  // namespace myna::kiosk

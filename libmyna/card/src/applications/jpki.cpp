// SPDX-License-Identifier: Apache-2.0
#include "myna/card/applications/jpki.hpp"

#include <algorithm>

#include "enter_application.hpp"
#include "myna/card/card_object.hpp"
#include "myna/card/elementary_file.hpp"
#include "myna/core/tlv.hpp"
#include "myna/crypto/crypto.hpp"
#include "pin_file.hpp"

namespace myna {
namespace {

constexpr Byte kCurrentFile = 0x80;
constexpr Byte kPayload = 0x00;      // padded by PKCS#1 v1.5 as it is
constexpr Byte kPssOfHash = 0x04;
constexpr Byte kDerSequence = 0x30;
constexpr std::size_t kTokenInformationBytes = 96;
constexpr std::size_t kLeastSignature = 56;   // of a curve of 224 bits

std::string trimmed_ascii(ByteView field) {
  std::string text;
  for (const Byte b : field) text += b == 0 ? ' ' : b < 0x20 || b > 0x7E ? '?' : static_cast<char>(b);
  const auto last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string::npos ? 0 : last + 1);
}

// Blanks and NULs may end it, and something must be there.
bool is_label(ByteView field) {
  const bool characters = std::ranges::all_of(field, [](Byte b) { return b == 0 || (b >= 0x20 && b <= 0x7E); });
  return characters && !trimmed_ascii(field).empty();
}

// EF 0008 has one of two values for a certificate (docs/card/jpki.md); any other says nothing.
Known held_by(Byte value) {
  constexpr Byte kPresent = 0x8F, kAbsent = 0x00;
  return value == kPresent ? Known::yes : value == kAbsent ? Known::no : Known::unknown;
}

}  // namespace

Result<TokenInformation> parse_token_information(ByteView file) {
  if (file.size() < kTokenInformationBytes || !is_label(file.first(32))) return fail(Errc::malformed);
  return TokenInformation{.label = trimmed_ascii(file.subspan(0, 32)),
                          .manufacturer = trimmed_ascii(file.subspan(32, 32)),
                          .model = trimmed_ascii(file.subspan(64, 16)),
                          .serial = trimmed_ascii(file.subspan(80, 16))};
}

Result<JpkiApplication> JpkiApplication::select(CardTransaction& transaction, const CardProfile& profile) {
  MYNA_CHECK(enter_application(transaction, aid::kJpki));
  return JpkiApplication(transaction, profile);
}

Result<TokenInformation> JpkiApplication::token_information() {
  MYNA_TRY(const auto file, ElementaryFile(*transaction_, profile_->token_information).read_start(kTokenInformationBytes));
  auto token = parse_token_information(file.view());
  if (!token) return Unexpected(about(token.error(), card_object(aid::kJpki, profile_->token_information)));
  return token;
}

Result<Availability> JpkiApplication::availability() {
  const auto file = ElementaryFile(*transaction_, profile_->availability).read_start(2);
  if (!file && !object_state(file.error())) return Unexpected(file.error());
  if (!file || file->size() < 2) return Availability{};
  return Availability{.sign = held_by(file->view()[0]), .auth = held_by(file->view()[1])};
}

// One READ BINARY. What only its PIN opens is there.
Result<ObjectState> JpkiApplication::certificate_state(CertificateKind kind) {
  const auto start = ElementaryFile(*transaction_, certificate_row(*profile_, kind).file).read_start(1);
  if (!start && start.error().code == Errc::access_denied) return ObjectState::present;
  if (!start) {
    const auto state = object_state(start.error());
    return state ? Result<ObjectState>(*state) : Unexpected(start.error());
  }
  if (is_unwritten(start->view())) return ObjectState::absent;
  const auto total = tlv_total_length(start->view());
  return total && start->view().front() == kDerSequence ? ObjectState::present : ObjectState::unreadable;
}

Result<bool> JpkiApplication::holds(CertificateKind kind) {
  MYNA_TRY(const Availability told, availability());
  const Known held = kind == CertificateKind::sign ? told.sign : told.auth;
  if (held != Known::unknown) return held == Known::yes;
  MYNA_TRY(const ObjectState asked, certificate_state(kind));
  return asked != ObjectState::absent;
}

// TBSCertificate begins version, serialNumber, signature, issuer (RFC 5280, 4.1); all lie within the first 256 bytes.
Result<CardIdentity> JpkiApplication::identity() {
  const FileId file = certificate_row(*profile_, CertificateKind::auth).file;
  MYNA_TRY(const auto start, ElementaryFile(*transaction_, file).read_start(kShortRead));
  MYNA_TRY(const ByteView certificate, open_truncated(start.view()));
  MYNA_TRY(const ByteView body, open_truncated(certificate));
  ByteReader fields(body);
  MYNA_TRY([[maybe_unused]] const Tlv version, next_tlv(fields));
  MYNA_TRY(const Tlv serial, next_tlv(fields));
  MYNA_TRY([[maybe_unused]] const Tlv algorithm, next_tlv(fields));
  MYNA_TRY(const Tlv issuer, next_tlv(fields));
  CardIdentity identity{.issuer_and_serial = Bytes(issuer.whole.begin(), issuer.whole.end())};
  append(identity.issuer_and_serial, serial.whole);
  return identity;
}

Result<SecretBytes> JpkiApplication::certificate(CertificateKind kind) {
  const CertificateRow& row = certificate_row(*profile_, kind);
  auto der = ElementaryFile(*transaction_, row.file).read_object();
  const bool absent = der ? der->empty() : der.error().code == Errc::file_absent;
  if (absent) return Unexpected(about(fail(Errc::certificate_absent, der ? StatusWord{} : der.error().sw).error(), &row.title));
  return der;
}

Status JpkiApplication::learn_extended_length() {
  const CardTraits& traits = transaction_->traits();
  const bool wanted = traits.length_mode == LengthMode::extended || transaction_->max_response_data() > 256;
  if (!wanted || traits.length_mode == LengthMode::short_only || traits.extended != Known::unknown) return {};
  const Status read = ElementaryFile(*transaction_, certificate_row(*profile_, CertificateKind::sign_ca).file).try_extended();
  if (!read && !object_state(read.error())) return read;
  if (transaction_->traits().extended == Known::unknown) transaction_->traits().extended = Known::no;
  return {};
}

Result<PinStatus> JpkiApplication::pin_status(PinKind kind) {
  return PinFile(*transaction_, pin_row(*profile_, kind)).status();
}

Status JpkiApplication::verify(const Pin& pin, const TryPolicy& policy, RefusedPins& refused) {
  if (!equal(pin.row().application, aid::kJpki)) return fail(Errc::invalid_argument);
  return PinFile(*transaction_, pin_row(*profile_, pin.row().kind)).verify(pin.view(), policy, refused);
}

Result<Bytes> JpkiApplication::sign(KeyKind key, ByteView digest_info) {
  if (digest_info.empty() || digest_info.size() > key_row(*profile_, key).form.input_bytes) return fail(Errc::invalid_argument);
  return sign_by(kPayload, key, digest_info);
}

Result<Bytes> JpkiApplication::sign_pss(KeyKind key, ByteView sha256) {
  if (sha256.size() != digest_bytes(Digest::sha256)) return fail(Errc::invalid_argument);
  return sign_by(kPssOfHash, key, sha256);
}

Result<Bytes> JpkiApplication::sign_by(Byte scheme, KeyKind key, ByteView data) {
  const KeyRow& row = key_row(*profile_, key);
  MYNA_TRY(auto answer, sign_command(row, scheme, data));
  const std::size_t size = answer.data().size();
  if (answer.ok() && size == row.form.signature_bytes) return Bytes(answer.data().begin(), answer.data().end());
  const Errc refusal = answer.sw() == sw::kSecurityStatus ? Errc::access_denied
                       : !answer.ok()                     ? Errc::unexpected_status
                       : size >= kLeastSignature          ? Errc::key_unsupported
                                                          : Errc::malformed;
  return Unexpected(about(fail(refusal, answer.ok() ? StatusWord{} : answer.sw()).error(), card_object(aid::kJpki, row.file)));
}

// `80 2A P1 P2`; P1 says what the card does with the data (docs/card/jpki.md, "Signature command").
Result<ResponseApdu> JpkiApplication::sign_command(const KeyRow& row, Byte scheme, ByteView data) {
  CardTraits& traits = transaction_->traits();
  const auto command = [&](Byte p2) {
    return CommandApdu::case4({0x80, ins::kPerformSecurityOperation, scheme, p2}, data, Le::short_max());
  };
  if (traits.short_file_key != Known::no) {
    MYNA_TRY(const auto by_short_form, command(short_reference(row.file)));
    MYNA_TRY(auto answer, transaction_->transmit(by_short_form));
    if (!refuses_short_form(answer.sw())) return answer;
    traits.short_file_key = Known::no;
  }
  MYNA_CHECK(ElementaryFile(*transaction_, row.file).select());
  MYNA_TRY(const auto selected, command(kCurrentFile));
  return transaction_->transmit(selected);
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "myna/jpki.hpp"

#include <algorithm>

#include "elementary_file.hpp"
#include "myna/crypto.hpp"
#include "myna/tlv.hpp"
#include "pin_file.hpp"

namespace myna {
namespace {

constexpr Byte kCurrentFile = 0x80;
constexpr Byte kPayload = 0x00;      // padded by PKCS#1 v1.5 as it is
constexpr Byte kPssOfHash = 0x04;
constexpr std::size_t kMaxPayload = 245;   // 256 - 11 (CARD.md 5)
constexpr std::size_t kTokenInformationBytes = 96;

std::string trimmed_ascii(ByteView field) {
  std::string text;
  for (const Byte b : field) text += b == 0 ? ' ' : b < 0x20 || b > 0x7E ? '?' : static_cast<char>(b);
  const auto last = text.find_last_not_of(' ');
  return text.substr(0, last == std::string::npos ? 0 : last + 1);
}

}  // namespace

Result<TokenInformation> parse_token_information(ByteView file) {
  if (file.size() < kTokenInformationBytes) return fail(Errc::malformed);
  return TokenInformation{.label = trimmed_ascii(file.subspan(0, 32)),
                          .manufacturer = trimmed_ascii(file.subspan(32, 32)),
                          .model = trimmed_ascii(file.subspan(64, 16)),
                          .serial = trimmed_ascii(file.subspan(80, 16))};
}

Result<JpkiApplication> JpkiApplication::select(CardTransaction& transaction, const CardProfile& profile) {
  const Status selected = transaction.select_application(aid::kJpki);
  if (!selected) MYNA_CHECK(foreign_unless_broken(selected.error()));
  return JpkiApplication(transaction, profile);
}

Result<TokenInformation> JpkiApplication::token_information() {
  MYNA_TRY(const auto file, ElementaryFile(*transaction_, profile_->token_information).read_start());
  return parse_token_information(file.view());
}

Result<Availability> JpkiApplication::availability() {
  const auto file = ElementaryFile(*transaction_, profile_->availability).read_start();
  if (!file && file.error().code == Errc::file_absent) return Availability{.sign = true, .auth = true};
  if (!file) return Unexpected(file.error());
  ByteReader reader(file->view());
  MYNA_TRY(const Byte sign, reader.u8());
  MYNA_TRY(const Byte auth, reader.u8());
  return Availability{.sign = sign != 0, .auth = auth != 0};
}

// TBSCertificate begins version, serialNumber, signature, issuer (RFC 5280, 4.1); all lie within the first 256 bytes.
Result<CardIdentity> JpkiApplication::identity() {
  const FileId file = certificate_row(*profile_, CertificateKind::auth).file;
  MYNA_TRY(const auto start, ElementaryFile(*transaction_, file).read_start());
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
  auto der = ElementaryFile(*transaction_, certificate_row(*profile_, kind).file).read_object();
  if (!der && der.error().code == Errc::file_absent) return fail(Errc::certificate_absent, der.error().sw);
  if (der && der->empty()) return fail(Errc::certificate_absent);
  return der;
}

Status JpkiApplication::learn_extended_length() {
  const CardTraits& traits = transaction_->traits();
  const bool wanted = traits.length_mode == LengthMode::extended || transaction_->max_response_data() > 256;
  if (!wanted || traits.length_mode == LengthMode::short_only || traits.extended != Known::unknown) return {};
  const auto read = ElementaryFile(*transaction_, certificate_row(*profile_, CertificateKind::sign_ca).file)
                        .read_start(Le::extended_max());
  if (!read && read.error().sw == StatusWord{}) return Unexpected(read.error());
  if (transaction_->traits().extended == Known::unknown) transaction_->traits().extended = Known::no;
  return {};
}

Result<PinStatus> JpkiApplication::pin_status(PinKind kind) {
  return PinFile(*transaction_, pin_row(*profile_, kind)).status();
}

Status JpkiApplication::verify_bytes(PinKind kind, ByteView pin, const TryPolicy& policy, RefusedPins& refused) {
  return PinFile(*transaction_, pin_row(*profile_, kind)).verify(pin, policy, refused);
}

Result<Bytes> JpkiApplication::sign(KeyKind key, ByteView digest_info) {
  if (digest_info.empty() || digest_info.size() > kMaxPayload) return fail(Errc::invalid_argument);
  return sign_by(kPayload, key, digest_info);
}

Result<Bytes> JpkiApplication::sign_pss(KeyKind key, ByteView sha256) {
  if (sha256.size() != digest_bytes(Digest::sha256)) return fail(Errc::invalid_argument);
  return sign_by(kPssOfHash, key, sha256);
}

Result<Bytes> JpkiApplication::sign_by(Byte scheme, KeyKind key, ByteView data) {
  MYNA_TRY(auto answer, sign_command(key_row(*profile_, key), scheme, data));
  if (answer.sw() == sw::kSecurityStatus) return fail(Errc::access_denied, answer.sw());
  if (!answer.ok()) return fail(Errc::unexpected_status, answer.sw());
  if (answer.data().size() != profile_->signature_bytes) return fail(Errc::malformed);
  return Bytes(answer.data().begin(), answer.data().end());
}

// `80 2A P1 P2`; P1 says what the card does with the data (CARD.md 5).
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

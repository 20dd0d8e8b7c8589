// SPDX-License-Identifier: Apache-2.0
#include "myna/trust/cv_certificate.hpp"

#include "myna/core/hex.hpp"
#include "myna/core/record.hpp"

namespace myna {
namespace {

constexpr Tag kExponent = 0x90;
constexpr Tag kModulus = 0x91;
constexpr Tag kCertificate = 0x7F21;
constexpr Tag kBody = 0x5F4E;
constexpr Tag kSignature = 0x5F37;
constexpr std::size_t kKeyId = 16;

constexpr auto kTestModulus = hex(
    "AC0BF64F29959CD638EF838DDA6B3EF33B2AC727E7547AC2C1620FD3F2160CAB82051EBA2E0E83D035FE3264F97DE7E2841217A887E0A607"
    "046F7D9AE663DA3BC6144052C0034CB884870313754668CE9327BD478ED20424628D1F937C1620F59D741917C2ED9FA6D134ED2B995B3F8A"
    "1322692DE3238E7B557801723B48EF505BE398E5279FD792257E869BCE58340AFAFB1BF2365A6AB1CA734F2947D61E1A7522CF4C50F1C515"
    "358D6EFF9954BC567ADA5474877CCE8E52F2E7F3471BCD4B5088B5D8924D590F90938F05045A23545586CEB75DE449692CEB1235C40CCD09"
    "F105FBF775E88C131ABAA1593266745AF0C9C7683AE7AD00926B89A30BE1E2BF");

Bytes bytes_of(ByteView view) { return Bytes(view.begin(), view.end()); }

}  // namespace

Result<std::unique_ptr<PublicKey>> parse_card_key(ByteView objects) {
  MYNA_TRY(const Record key, Record::read(objects, {kExponent, kModulus}));
  MYNA_TRY(const Tlv exponent, key.object(kExponent));
  MYNA_TRY(const Tlv modulus, key.object(kModulus));
  if (exponent.whole.size() + modulus.whole.size() != objects.size()) return fail(Errc::malformed);
  return rsa_public_key(modulus.value, exponent.value);
}

Result<CvCertificate> parse_cv_certificate(ByteView file) {
  MYNA_TRY(const Record certificate, Record::open(file, kCertificate, {kBody, kSignature}));
  MYNA_TRY(const Tlv body, certificate.object(kBody));
  MYNA_TRY(const Tlv signature, certificate.object(kSignature));
  ByteReader reader(body.value);
  MYNA_TRY(const ByteView issuer, reader.take(kKeyId));
  MYNA_TRY(const ByteView subject, reader.take(kKeyId));
  MYNA_TRY(auto key, parse_card_key(reader.rest()));
  return CvCertificate{bytes_of(issuer), bytes_of(subject), bytes_of(body.value), bytes_of(signature.value), std::move(key)};
}

// Issuers 9000020, 9000023 and 9000033: numbers that neither production nor the official test cards use (docs/card/records.md).
std::vector<CvAnchor> test_cv_anchors() {
  auto made = rsa_public_key(kTestModulus, hex("010001"));
  if (!made) return {};
  const std::shared_ptr<const PublicKey> key = *std::move(made);
  std::vector<CvAnchor> anchors;
  for (const std::string_view issuer : {"9000020", "9000023", "9000033"}) {
    Bytes id = bytes_of(as_bytes(issuer));
    append(id, hex("080530303100000000"));
    anchors.push_back({.issuer = std::move(id), .key = key, .is_test = true});
  }
  return anchors;
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "test_pki.hpp"

#include <algorithm>
#include <array>

#include "myna/core/dates.hpp"
#include "myna/crypto/crypto.hpp"
#include "validity.hpp"

namespace myna {
namespace {

using namespace std::chrono;

// What differs between the two branches. Policy arcs: 0 in the place of the real 1 and 3 marks the test environment, seen
// on test signature certificates (docs/card/certificates.md); for authentication by analogy.
struct BranchRow {
  const char* unit;
  const char* japanese_unit;
  const char* policy;
  const char* key_usage;
  const char* ocsp;   // 30 characters, as on a real certificate (docs/card/certificates.md)
};

constexpr BranchRow kAuth{.unit = "JPKI for user authentication TEST",
                          .japanese_unit = "公的個人認証サービス利用者証明用（テスト）",
                          .policy = "1.2.392.200149.8.5.1.0.30",
                          .key_usage = "critical,digitalSignature",
                          .ocsp = "http://ocspauth.jpki-test.test"};
constexpr BranchRow kSign{.unit = "JPKI for digital signature TEST",
                          .japanese_unit = "公的個人認証サービス署名用（テスト）",
                          .policy = "1.2.392.200149.8.5.1.0.20",
                          .key_usage = "critical,digitalSignature,nonRepudiation",
                          .ocsp = "http://ocspsign.jpki-test.test"};

constexpr const char* kCps = "http://www.jpki.go.jp/cps.html";

const BranchRow& row_of(Branch branch) { return branch == Branch::auth ? kAuth : kSign; }

DistinguishedName ca_name(Branch branch) {
  return {{"C", "JP"}, {"O", "MYNA-VIRTUAL-TEST"}, {"OU", row_of(branch).unit},
          {"OU", "NOT A REAL CARD - Myna Virtual test hierarchy"}};
}

DistinguishedName japanese_ca_name(Branch branch) {
  return {{"C", "JP"}, {"O", "公的個人認証サービス（テスト）"}, {"OU", row_of(branch).japanese_unit},
          {"OU", "地方公共団体情報システム機構（テスト）"}};
}

DistinguishedName crl_name(Branch branch, const Holder& holder) {
  return {{"C", "JP"}, {"O", "MYNA-VIRTUAL-TEST"}, {"OU", row_of(branch).unit}, {"OU", "CRL Distribution Points"},
          {"OU", holder.prefecture}, {"CN", holder.municipality + " CRLDP"}};
}

std::string random_characters(std::size_t count, std::string_view alphabet) {
  std::string text;
  while (text.size() < count) {
    std::array<Byte, 1> byte{};
    fill_random(byte);
    if (byte[0] < 256 / alphabet.size() * alphabet.size()) text += alphabet[byte[0] % alphabet.size()];
  }
  return text;
}

// 14 alphanumerics, 5-digit municipality code, 3 digits and a letter: 23 characters (docs/card/certificates.md).
std::string common_name(const Holder& holder) {
  return random_characters(6, "0123456789") + random_characters(8, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") +
         holder.municipality_code + "003A";
}

// One digit for each character, 0: not substituted.
std::string no_substitutes(std::string_view utf8) {
  std::string flags;
  for (const char c : utf8) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) flags += '0';
  }
  return flags;
}

// The order on the card is 1, 4, 3, 5, 2, 6 (docs/card/certificates.md).
std::vector<AttributeValue> four_attributes(const Holder& holder) {
  return {{"1.2.392.200149.8.5.5.1", holder.name},
          {"1.2.392.200149.8.5.5.4", era_date(holder.birth_date)},
          {"1.2.392.200149.8.5.5.3", std::string(1, holder.sex)},
          {"1.2.392.200149.8.5.5.5", holder.address},
          {"1.2.392.200149.8.5.5.2", no_substitutes(holder.name)},
          {"1.2.392.200149.8.5.5.6", no_substitutes(holder.address)}};
}

struct Era {
  char digit;
  year_month_day first;
};
constexpr std::array kEras{Era{'5', 2019y / May / 1}, Era{'4', 1989y / January / 8}, Era{'3', 1926y / December / 25},
                           Era{'2', 1912y / July / 30}, Era{'1', 1868y / January / 25}};

const Era* era_of(year_month_day date) {
  const auto found = std::ranges::find_if(kEras, [date](const Era& era) { return date >= era.first; });
  return found == kEras.end() ? nullptr : &*found;
}

void add_common_extensions(CertificateBuilder& builder, Branch branch, const Issuer& ca, const Personalisation& what) {
  const BranchRow& row = row_of(branch);
  builder.validity(what.issued, certificate_end(what.issued, what.holder.birth_date));
  builder.extension(NID_key_usage, row.key_usage);
  builder.policy(row.policy, kCps);
  builder.directory_name(NID_issuer_alt_name, japanese_ca_name(branch));
  builder.crl_point(crl_name(branch, what.holder));
  builder.ocsp(row.ocsp);
  builder.authority_key_id(ca);
  builder.extension(NID_subject_key_identifier, "hash");
}

}  // namespace

std::string era_date(year_month_day date) {
  const Era* era = era_of(date);
  return (era == nullptr ? '0' : era->digit) + digits_of(date);
}

unsigned era_year(year_month_day date) {
  const Era* era = era_of(date);
  const int year = static_cast<int>(date.year());
  return static_cast<unsigned>(era == nullptr ? year % 100 : year - static_cast<int>(era->first.year()) + 1);
}

Result<Issuer> make_test_ca(Branch branch, sys_seconds issued) {
  MYNA_TRY(const KeyPair key, generate_rsa_2048());
  Issuer ca{.name = ca_name(branch), .key = key, .certificate = {}};
  CertificateBuilder builder(ca.name, key);
  builder.validity(issued - days(2 * 365), issued + days(8 * 365));
  builder.extension(NID_key_usage, "critical,keyCertSign,cRLSign");
  builder.extension(NID_basic_constraints, "critical,CA:TRUE");
  builder.directory_name(NID_subject_alt_name, japanese_ca_name(branch));
  builder.crl_point(ca.name);
  builder.extension(NID_subject_key_identifier, "hash");
  MYNA_TRY(ca.certificate, builder.sign(ca));
  return ca;
}

Result<IssuedCertificate> issue_auth_certificate(const Issuer& ca, const Personalisation& what) {
  MYNA_TRY(const KeyPair key, generate_rsa_2048());
  CertificateBuilder builder({{"C", "JP"}, {"CN", common_name(what.holder)}}, key);
  add_common_extensions(builder, Branch::auth, ca, what);
  builder.extension(NID_ext_key_usage, "clientAuth");
  MYNA_TRY(Bytes der, builder.sign(ca));
  return IssuedCertificate{std::move(der), key.pkcs8};
}

Result<IssuedCertificate> issue_sign_certificate(const Issuer& ca, const Personalisation& what) {
  MYNA_TRY(const KeyPair key, generate_rsa_2048());
  CertificateBuilder builder({{"C", "JP"}, {"L", what.holder.municipality}, {"CN", common_name(what.holder)}}, key);
  add_common_extensions(builder, Branch::sign, ca, what);
  builder.other_names(four_attributes(what.holder));
  MYNA_TRY(Bytes der, builder.sign(ca));
  return IssuedCertificate{std::move(der), key.pkcs8};
}

}  // namespace myna

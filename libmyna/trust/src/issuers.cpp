// SPDX-License-Identifier: Apache-2.0
// docs/card/certificates.md. Not taken from the official pages, which could not be read: two independent public projects agree on sign
// CA 02 and 03, the others were seen in one.
#include "myna/trust/issuers.hpp"

#include <algorithm>

#include "myna/core/hex.hpp"

namespace myna {
namespace {

constexpr std::array kGenerations{
    IssuerGeneration{.kind = CertificateKind::sign_ca, .name = "sign CA 01",
        .subject_key_id = hex("0D034CBB34D0714F45E45A1CAFD8FD143FAB54A7"),
        .sha256_fingerprint = hex("19645405A1FE14377434BD55957628AC4038557C542403A2243F21C706FC9355")},
    IssuerGeneration{.kind = CertificateKind::sign_ca, .name = "sign CA 02",
        .subject_key_id = hex("4DE017DE4B7F473DCD867A62D38B134ACE83558A"),
        .sha256_fingerprint = hex("79679C33E4CC9319440F1AD120A597FF1844E2EF217063ADB176966FD5E6FBEB")},
    IssuerGeneration{.kind = CertificateKind::sign_ca, .name = "sign CA 03",
        .subject_key_id = hex("D21EA55895617E93ADBF966B941AB4EDF653F08F"),
        .sha256_fingerprint = hex("D227F6CDE11D35C5252178F106F843D24651944975413B539FA2FB68DBFA365F")},
    IssuerGeneration{.kind = CertificateKind::auth_ca, .name = "authentication CA 01",
        .subject_key_id = hex("9567951B5CA70D84A0FFF1D85A87F1AAB1340385"),
        .sha256_fingerprint = hex("4DCFC4CA0AAF9FB2A3081B3F0C991C320B3ACC008667A341EEAEC5AF1D58CA7D")},
    IssuerGeneration{.kind = CertificateKind::auth_ca, .name = "authentication CA 03",
        .subject_key_id = hex("1AC100F596A3BC8C4B3DF195E32699249E9E308A"),
        .sha256_fingerprint = hex("64114F29620C24ED2631D46476A040E7EE740D956089C00B036A6A8118C322B5")},
};

template <typename Member>
const IssuerGeneration* find_by(ByteView value, Member member) {
  const auto found = std::ranges::find_if(kGenerations, [&](const IssuerGeneration& g) { return equal(g.*member, value); });
  return found == kGenerations.end() ? nullptr : &*found;
}

}  // namespace

std::span<const IssuerGeneration> issuer_generations() noexcept { return kGenerations; }
const IssuerGeneration* issuer_by_key_id(ByteView key_id) noexcept {
  return find_by(key_id, &IssuerGeneration::subject_key_id);
}
const IssuerGeneration* issuer_by_fingerprint(ByteView sha256) noexcept {
  return find_by(sha256, &IssuerGeneration::sha256_fingerprint);
}
bool names_virtual_card(std::string_view distinguished_name) noexcept {
  return distinguished_name.find("O=MYNA-VIRTUAL-TEST") != std::string_view::npos;
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "mechanisms.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace myna::p11 {
namespace {

constexpr std::array kRows{
    MechanismRow{.type = CKM_RSA_PKCS, .digest = {}, .padding = Padding::pkcs1, .offered = Offered::always},
    MechanismRow{.type = CKM_SHA256_RSA_PKCS, .digest = Digest::sha256, .padding = Padding::pkcs1, .offered = Offered::always},
    MechanismRow{.type = CKM_SHA384_RSA_PKCS, .digest = Digest::sha384, .padding = Padding::pkcs1, .offered = Offered::always},
    MechanismRow{.type = CKM_SHA512_RSA_PKCS, .digest = Digest::sha512, .padding = Padding::pkcs1, .offered = Offered::always},
    MechanismRow{.type = CKM_SHA1_RSA_PKCS, .digest = Digest::sha1, .padding = Padding::pkcs1, .offered = Offered::with_legacy_hashes},
    MechanismRow{.type = CKM_SHA224_RSA_PKCS, .digest = Digest::sha224, .padding = Padding::pkcs1, .offered = Offered::with_legacy_hashes},
    MechanismRow{.type = CKM_RSA_PKCS_PSS, .digest = {}, .padding = Padding::pss, .offered = Offered::with_pss},
    MechanismRow{.type = CKM_SHA256_RSA_PKCS_PSS, .digest = Digest::sha256, .padding = Padding::pss, .offered = Offered::with_pss},
};

bool is_offered(const MechanismRow& row, const Config& config, bool pss) {
  if (row.offered == Offered::with_legacy_hashes) return config.legacy_hashes;
  return row.offered == Offered::always || pss;
}

}  // namespace

std::vector<MechanismRow> mechanisms(const Config& config, bool pss) {
  std::vector<MechanismRow> rows;
  std::ranges::copy_if(kRows, std::back_inserter(rows), [&](const MechanismRow& row) { return is_offered(row, config, pss); });
  return rows;
}

std::optional<MechanismRow> mechanism(const Config& config, bool pss, CK_MECHANISM_TYPE type) {
  const auto found = std::ranges::find(kRows, type, &MechanismRow::type);
  return found == kRows.end() || !is_offered(*found, config, pss) ? std::nullopt : std::optional(*found);
}

bool has_right_parameter(const MechanismRow& row, const CK_MECHANISM& mechanism) {
  if (row.padding == Padding::pkcs1) return mechanism.ulParameterLen == 0;
  if (mechanism.pParameter == nullptr || mechanism.ulParameterLen != sizeof(CK_RSA_PKCS_PSS_PARAMS)) return false;
  CK_RSA_PKCS_PSS_PARAMS parameters;
  std::memcpy(&parameters, mechanism.pParameter, sizeof parameters);
  return parameters.hashAlg == CKM_SHA256 && parameters.mgf == CKG_MGF1_SHA256 && parameters.sLen == 32;
}

}  // namespace myna::p11

// SPDX-License-Identifier: Apache-2.0
#include "cert_words.hpp"

#include <algorithm>
#include <array>

namespace myna::cli {
namespace {

struct UsageRow {
  std::string_view name;
  Text words;
};
constexpr std::array kUsages{
    UsageRow{"digitalSignature", {"digital signature", "デジタル署名"}},
    UsageRow{"nonRepudiation", {"non-repudiation (binding signatures)", "否認防止（法的な電子署名）"}},
    UsageRow{"keyCertSign", {"issuing certificates", "証明書の発行"}},
    UsageRow{"cRLSign", {"issuing revocation lists", "失効リストの発行"}},
    UsageRow{"clientAuth", {"log-in (TLS client)", "ログイン（TLSクライアント認証）"}},
};

}  // namespace

std::string usage_in_words(const std::string& name, const Words& words) {
  const auto found = std::ranges::find(kUsages, name, &UsageRow::name);
  return found == kUsages.end() ? name : words(found->words);
}

}  // namespace myna::cli

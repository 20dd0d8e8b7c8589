// SPDX-License-Identifier: Apache-2.0
// DigestInfo prefixes (RFC 8017, 9.2 note 1; docs/card/jpki.md) and digest names, the same for every crypto backend.
#include "myna/core/enum_table.hpp"
#include "myna/core/hex.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna {
namespace {

constexpr auto kSha1 = hex("3021300906052B0E03021A05000414");
constexpr auto kSha224 = hex("302D300D06096086480165030402040500041C");
constexpr auto kSha256 = hex("3031300D060960864801650304020105000420");
constexpr auto kSha384 = hex("3041300D060960864801650304020205000430");
constexpr auto kSha512 = hex("3051300D060960864801650304020305000440");

struct DigestRow {
  Digest digest;
  std::string_view name;
  std::size_t bytes;
  ByteView prefix;
};

constexpr auto kDigests = rows_for<Digest, DigestRow>({
    {.digest = Digest::sha1, .name = "sha1", .bytes = 20, .prefix = kSha1},
    {.digest = Digest::sha224, .name = "sha224", .bytes = 28, .prefix = kSha224},
    {.digest = Digest::sha256, .name = "sha256", .bytes = 32, .prefix = kSha256},
    {.digest = Digest::sha384, .name = "sha384", .bytes = 48, .prefix = kSha384},
    {.digest = Digest::sha512, .name = "sha512", .bytes = 64, .prefix = kSha512},
});
static_assert(kDigests.in_order(&DigestRow::digest));

}  // namespace

std::size_t digest_bytes(Digest digest) noexcept { return kDigests[digest].bytes; }

std::string_view digest_name(Digest digest) noexcept { return kDigests[digest].name; }

std::optional<Digest> digest_by_name(std::string_view name) noexcept { return kDigests.find(name, &DigestRow::name); }

Result<Bytes> digest_info(Digest digest, ByteView hash) {
  const DigestRow& row = kDigests[digest];
  if (hash.size() != row.bytes) return fail(Errc::invalid_argument);
  Bytes der(row.prefix.begin(), row.prefix.end());
  append(der, hash);
  return der;
}

}  // namespace myna

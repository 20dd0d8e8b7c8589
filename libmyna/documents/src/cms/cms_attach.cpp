// SPDX-License-Identifier: Apache-2.0
// Puts content into a detached SignedData without holding it: everything around it is written with indefinite lengths
// (X.690, 8.1.3.6), the content as an OCTET STRING of pieces.
#include <array>

#include "myna/core/hex.hpp"
#include "myna/core/tlv.hpp"
#include "cms_signature.hpp"
#include "report/der_object.hpp"

namespace myna {
namespace {

constexpr auto kOpenSequence = hex("3080");
constexpr auto kOpenContext0 = hex("A080");
constexpr auto kOpenOctets = hex("2480");
constexpr auto kEndOfContents = hex("0000");
constexpr std::size_t kPiece = 16384;

// SignedData: version, digestAlgorithms, encapContentInfo, then certificates and signerInfos (RFC 5652, 5.1).
struct Parts {
  ByteView content_type;       // OID signedData
  ByteView before;             // version and digestAlgorithms
  ByteView inner_type;         // OID data
  ByteView after;              // the rest
};

Result<Parts> take_apart(ByteView detached) {
  Parts parts;
  ByteReader whole(detached);
  MYNA_TRY(const Tlv info, next_tlv(whole));
  ByteReader info_fields(info.value);
  MYNA_TRY(const Tlv type, next_tlv(info_fields));
  MYNA_TRY(const Tlv explicit_content, next_tlv(info_fields));
  MYNA_TRY(const Tlv signed_data, find_tlv(explicit_content.value, der_tag::kSequence));
  ByteReader fields(signed_data.value);
  MYNA_TRY(const Tlv version, next_tlv(fields));
  MYNA_TRY(const Tlv digests, next_tlv(fields));
  MYNA_TRY(const Tlv encapsulated, next_tlv(fields));
  ByteReader inner(encapsulated.value);
  MYNA_TRY(const Tlv inner_type, next_tlv(inner));
  if (!inner.empty()) return fail(Errc::malformed);   // has content already
  parts.content_type = type.whole;
  parts.before = signed_data.value.first(version.whole.size() + digests.whole.size());
  parts.inner_type = inner_type.whole;
  parts.after = fields.rest();
  return parts;
}

Status write_all(const ByteSink& out, std::initializer_list<ByteView> pieces) {
  for (const ByteView piece : pieces) MYNA_CHECK(out(piece));
  return {};
}

Status write_octets(const ByteSource& content, const ByteSink& out) {
  std::array<Byte, kPiece> piece{};
  while (true) {
    MYNA_TRY(const std::size_t count, content(piece));
    if (count == 0) return {};
    const std::array<Byte, 4> head{0x04, 0x82, static_cast<Byte>(count >> 8), static_cast<Byte>(count)};
    MYNA_CHECK(write_all(out, {head, ByteView(piece).first(count)}));
  }
}

}  // namespace

Status attach_content(ByteView detached, const ByteSource& content, const ByteSink& out) {
  MYNA_TRY(const Parts parts, take_apart(detached));
  MYNA_CHECK(write_all(out, {kOpenSequence, parts.content_type, kOpenContext0, kOpenSequence, parts.before,
                             kOpenSequence, parts.inner_type, kOpenContext0, kOpenOctets}));
  MYNA_CHECK(write_octets(content, out));
  return write_all(out, {kEndOfContents, kEndOfContents, kEndOfContents, parts.after, kEndOfContents, kEndOfContents, kEndOfContents});
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "xml_xades_checks.hpp"

#include <algorithm>

#include "report/checks.hpp"
#include "myna/documents/timestamp.hpp"
#include "xml/tree/xml_text.hpp"
#include "xml_algorithms.hpp"
#include "xml_xades.hpp"

namespace myna::xml {
namespace {

constexpr std::string_view kXadesCode = "signing-certificate";
constexpr std::string_view kStampCode = "timestamp";
constexpr std::size_t kMaxStamps = 8;

constexpr Text kNoXades{"no XAdES properties", "XAdES属性がありません"};
constexpr Text kOdd{"the XAdES properties do not have the structure they must have", "XAdES属性の構造が正しくありません"};
constexpr Text kTwice{"a XAdES property is there twice", "XAdES属性が重複しています"};
constexpr Text kUncovered{"the XAdES properties are not covered by the signature", "XAdES属性が署名対象ではありません"};
constexpr Text kUnnamed{"the XAdES properties do not name the signer's certificate", "XAdES属性に署名者証明書の指定がありません"};
constexpr Text kOther{"the signature names another certificate", "署名が指す証明書と一致しません"};
constexpr Text kBadStamp{"a time stamp does not have the structure it must have", "タイムスタンプの構造が正しくありません"};

// EN 319 132-1, 5.2.2; XAdES 1.1.1 to 1.4.1 had SigningCertificate with the same digest inside.
std::optional<Text> certificate_problem(const xmlNode* of_signature, ByteView signer) {
  for (const char* name : {"SigningTime", "SigningCertificateV2", "SigningCertificate"}) {
    if (children(of_signature, name, kXades).size() > 1) return kTwice;
  }
  const xmlNode* list = child(of_signature, "SigningCertificateV2", kXades);
  if (list == nullptr) list = child(of_signature, "SigningCertificate", kXades);
  const auto named = children(list, "Cert", kXades);
  if (named.empty()) return kUnnamed;
  const xmlNode* digest = child(named.front(), "CertDigest", kXades);
  const xmlNode* method = child(digest, "DigestMethod");
  const auto text = leaf_text(child(digest, "DigestValue"));
  if (method == nullptr || !text) return kOdd;
  const std::string uri = attribute(method, "Algorithm").value_or("");
  const auto algorithm = digest_of(uri, &DigestRow::digest_uri);
  if (!algorithm) return refusal_of(uri);
  const auto value = from_xml_base64(*text);
  return value && !signer.empty() && equal(*value, hash(*algorithm, signer)) ? std::nullopt : std::optional(kOther);
}

// Covered: a good reference of the right type names these very properties, and no reference of that type names others.
bool is_covered(const xmlNode* properties, const std::vector<ReferenceOutcome>& outcomes) {
  std::size_t here = 0, elsewhere = 0;
  for (const ReferenceOutcome& outcome : outcomes) {
    if (outcome.type != kSignedPropertiesType) continue;
    ++(!outcome.problem && outcome.element == properties ? here : elsewhere);
  }
  return here == 1 && elsewhere == 0;
}

SignatureCheck check_properties(const SignatureParts& parts, const xmlNode* qualifying, const std::vector<ReferenceOutcome>& outcomes,
                                ByteView signer) {
  const xmlNode* properties = child(qualifying, "SignedProperties", kXades);
  const std::string id = attribute(parts.signature, "Id").value_or("");
  const auto unsigned_ones = children(qualifying, "UnsignedProperties", kXades);
  const bool plain = unsigned_ones.empty() ||
                     (unsigned_ones.size() == 1 && children(unsigned_ones.front(), "UnsignedSignatureProperties", kXades).size() <= 1 &&
                      !has_stray(unsigned_ones.front()));
  if (!plain || has_stray(qualifying) || elements(qualifying).size() != 1 + unsigned_ones.size()) return bad(kXadesCode, kOdd);
  if (properties == nullptr || id.empty() || attribute(qualifying, "Target") != "#" + id) return bad(kXadesCode, kOdd);
  if (!is_covered(properties, outcomes)) return bad(kXadesCode, kUncovered);
  const auto problem = certificate_problem(child(properties, "SignedSignatureProperties", kXades), signer);
  return problem ? bad(kXadesCode, *problem) : good(kXadesCode);
}

const Stamp kOddStamp{.check = bad(kStampCode, kBadStamp), .time = {}, .authority = {}};

Stamp check_stamp(const SignatureParts& parts, const xmlNode* stamp, const VerifyOptions& options) {
  Canonicalisation method{XML_C14N_1_0};
  if (const xmlNode* given = child(stamp, "CanonicalizationMethod")) {
    const auto known = canonicalisation_of(given);
    if (!known) return {.check = bad(kStampCode, refusal_of(attribute(given, "Algorithm").value_or(""))), .time = {}, .authority = {}};
    method = *known;
  }
  const auto text = leaf_text(child(stamp, "EncapsulatedTimeStamp", kXades));
  const auto token = text ? from_xml_base64(*text) : std::nullopt;
  const auto stamped = canonical({parts.signature->doc, parts.value_element, nullptr}, method);
  if (!token || !stamped) return kOddStamp;
  return verify_timestamp(*token, *stamped, options);
}

std::vector<Stamp> check_stamps(const SignatureParts& parts, const xmlNode* qualifying, const VerifyOptions& options) {
  const auto all =
      children(child(child(qualifying, "UnsignedProperties", kXades), "UnsignedSignatureProperties", kXades), "SignatureTimeStamp", kXades);
  if (all.size() > kMaxStamps) return {kOddStamp};
  std::vector<Stamp> stamps;
  for (const xmlNode* stamp : all) stamps.push_back(check_stamp(parts, stamp, options));
  return stamps;
}

}  // namespace

XadesOutcome check_xades(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes, ByteView signer,
                         const VerifyOptions& options) {
  std::vector<xmlNode*> all;
  for (const xmlNode* object : parts.objects) {
    for (xmlNode* one : children(object, "QualifyingProperties", kXades)) all.push_back(one);
  }
  const bool typed = std::ranges::any_of(outcomes, [](const ReferenceOutcome& o) { return o.type == kSignedPropertiesType; });
  XadesOutcome out{.signing_certificate = not_checked(kXadesCode, kNoXades), .stamps = {}, .claimed_time = {}};
  if (all.empty() && !typed) return out;
  if (all.size() != 1) {
    out.signing_certificate = bad(kXadesCode, kOdd);
    return out;
  }
  out.signing_certificate = check_properties(parts, all.front(), outcomes, signer);
  const xmlNode* of_signature = child(child(all.front(), "SignedProperties", kXades), "SignedSignatureProperties", kXades);
  out.claimed_time = time_of_iso(leaf_text(child(of_signature, "SigningTime", kXades)).value_or(""));
  out.stamps = check_stamps(parts, all.front(), options);
  return out;
}

}  // namespace myna::xml

// SPDX-License-Identifier: Apache-2.0
#include "xml_structure.hpp"

#include <algorithm>

#include "xml/tree/xml_text.hpp"
#include "xml_algorithms.hpp"

namespace myna::xml {
namespace {

constexpr std::size_t kMaxReferences = 1000;
constexpr std::size_t kMaxInside = 32;        // references into the document: each is a canonicalisation
constexpr std::size_t kMaxCertificates = 16;

constexpr Text kOddForm{"the signature does not have the structure it must have", "署名の構造が正しくありません"};
constexpr Text kStray{"something stands in the signature that is not part of it", "署名の中に署名と無関係のものがあります"};
constexpr Text kEmpty{"the signature refers to nothing", "署名の参照がありません"};
constexpr Text kMany{"too many references", "参照が多すぎます"};
constexpr Text kBadCertificate{"a certificate in the signature is none", "署名中の証明書を読めません"};

std::optional<Text> read_signed_info(SignatureParts& parts) {
  auto fields = elements(parts.signed_info);
  if (fields.size() < 2 || !is_element(fields[0], "CanonicalizationMethod") || !is_element(fields[1], "SignatureMethod")) return kOddForm;
  const auto method = canonicalisation_of(fields[0]);
  if (!method) return refusal_of(attribute(fields[0], "Algorithm").value_or(""));
  parts.method = *method;
  const std::string algorithm = attribute(fields[1], "Algorithm").value_or("");
  const auto digest = digest_of(algorithm, &DigestRow::signature_uri);
  if (!digest) return refusal_of(algorithm);
  if (!elements(fields[1]).empty()) return kOddForm;   // HMACOutputLength and the like
  parts.digest = *digest;
  std::size_t inside = 0;
  for (std::size_t i = 2; i < fields.size(); ++i) {
    if (!is_element(fields[i], "Reference")) return kOddForm;
    const std::string uri = attribute(fields[i], "URI").value_or("");
    if (uri.empty() || uri.front() == '#') ++inside;
    parts.references.push_back(fields[i]);
  }
  if (parts.references.empty()) return kEmpty;
  return parts.references.size() > kMaxReferences || inside > kMaxInside ? std::optional(kMany) : std::nullopt;
}

// Nobody signs KeyInfo: no text that somebody could take for the document's, and nothing of another language.
bool is_plain(const xmlNode* key_info) {
  static constexpr std::string_view kDsig11 = "http://www.w3.org/2009/xmldsig11#";
  return !has_stray(key_info) && std::ranges::all_of(elements(key_info), [](const xmlNode* node) {
    const std::string_view space = node->ns == nullptr ? std::string_view{} : text(node->ns->href);
    return (space == kDsig || space == kDsig11) && (!is_element(node, "X509Data") || !has_stray(node));
  });
}

std::optional<Text> read_key_info(const xmlNode* key_info, SignatureParts& parts) {
  if (!is_plain(key_info)) return kStray;
  parts.has_key_value = !children(key_info, "KeyValue").empty();
  for (const xmlNode* data : children(key_info, "X509Data")) {
    for (const xmlNode* one : children(data, "X509Certificate")) {
      const auto text = leaf_text(one);
      const auto der = text ? from_xml_base64(*text) : std::nullopt;
      if (!der || der->empty() || parts.certificates.size() == kMaxCertificates) return kBadCertificate;
      parts.certificates.push_back(*der);
    }
  }
  return std::nullopt;
}

std::optional<Text> read(SignatureParts& parts) {
  auto fields = elements(parts.signature);
  if (fields.size() < 2 || !is_element(fields[0], "SignedInfo") || !is_element(fields[1], "SignatureValue")) return kOddForm;
  if (has_stray(parts.signature)) return kStray;
  parts.signed_info = fields[0];
  parts.value_element = fields[1];
  std::size_t next = 2;
  const xmlNode* key_info = next < fields.size() && is_element(fields[next], "KeyInfo") ? fields[next++] : nullptr;
  for (; next < fields.size(); ++next) {
    if (!is_element(fields[next], "Object")) return kOddForm;
    parts.objects.push_back(fields[next]);
  }
  const auto text = leaf_text(parts.value_element);
  const auto value = text ? from_xml_base64(*text) : std::nullopt;
  if (!value) return kOddForm;
  parts.value = *value;
  if (const auto problem = read_signed_info(parts)) return problem;
  return read_key_info(key_info, parts);
}

}  // namespace

SignatureParts take_apart(const xmlNode* signature) {
  SignatureParts parts;
  parts.signature = signature;
  parts.problem = read(parts);
  return parts;
}

}  // namespace myna::xml

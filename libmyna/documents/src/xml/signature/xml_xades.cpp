// SPDX-License-Identifier: Apache-2.0
#include "xml_xades.hpp"

#include "myna/crypto/crypto.hpp"
#include "xml/tree/xml_text.hpp"
#include "xml_algorithms.hpp"

namespace myna::xml {
namespace {

// An element of XML-DSig inside those of XAdES.
xmlNode* add_dsig(xmlNode* parent, const char* name, std::string_view content = {}) {
  xmlNode* node = add(parent, name, content);
  xmlSetNs(node, xmlSearchNsByHref(parent->doc, parent, chars(kDsig)));
  return node;
}

// EN 319 132-1, 5.2.2. IssuerSerialV2 is optional and left out: the digest names the certificate.
void add_signing_certificate(xmlNode* properties, ByteView signer) {
  xmlNode* digest = add(add(add(properties, "SigningCertificateV2"), "Cert"), "CertDigest");
  set(add_dsig(digest, "DigestMethod"), "Algorithm", std::string(row_of(Digest::sha256)->digest_uri));
  add_dsig(digest, "DigestValue", base64(hash(Digest::sha256, signer)));
}

void add_data_formats(xmlNode* properties, const std::vector<SignedData>& data) {
  xmlNode* formats = add(properties, "SignedDataObjectProperties");
  for (const SignedData& one : data) {
    xmlNode* format = add(formats, "DataObjectFormat");
    set(format, "ObjectReference", "#" + one.reference_id);
    add(format, "MimeType", one.mime_type);
  }
}

}  // namespace

std::string properties_id(const std::string& signature_id) { return signature_id + "-properties"; }
std::string reference_id(const std::string& signature_id, std::size_t index) {
  return signature_id + "-reference-" + std::to_string(index);
}

xmlNode* add_signed_properties(xmlNode* object, const XadesFacts& facts) {
  xmlNode* qualifying = xmlNewChild(object, nullptr, chars("QualifyingProperties"), nullptr);
  xmlSetNs(qualifying, xmlNewNs(qualifying, chars(kXades), chars("xades")));
  set(qualifying, "Target", "#" + facts.signature_id);
  xmlNode* properties = add(qualifying, "SignedProperties");
  set(properties, "Id", properties_id(facts.signature_id));
  xmlNode* of_signature = add(properties, "SignedSignatureProperties");
  add(of_signature, "SigningTime", iso_utc(facts.time));
  add_signing_certificate(of_signature, facts.signer);
  add_data_formats(properties, facts.data);
  return properties;
}

Status add_time_stamp(xmlNode* signature, std::string_view c14n, ByteView token) {
  const auto found = descendants(signature, "QualifyingProperties", kXades);
  if (found.size() != 1) return fail(Errc::invalid_argument);
  xmlNode* stamp = add(add(add(found.front(), "UnsignedProperties"), "UnsignedSignatureProperties"), "SignatureTimeStamp");
  set(add_dsig(stamp, "CanonicalizationMethod"), "Algorithm", std::string(c14n));
  add(stamp, "EncapsulatedTimeStamp", base64(token));
  return {};
}

}  // namespace myna::xml

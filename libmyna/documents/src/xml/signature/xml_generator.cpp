// SPDX-License-Identifier: Apache-2.0
#include "xml_generator.hpp"

#include <algorithm>

#include "xml/tree/xml_text.hpp"
#include "xml_algorithms.hpp"
#include "xml_xades.hpp"

namespace myna::xml {
namespace {

xmlNode* add_algorithm(xmlNode* parent, const char* name, std::string_view uri) {
  xmlNode* node = add(parent, name);
  set(node, "Algorithm", std::string(uri));
  return node;
}

void add_reference(xmlNode* signed_info, const PlannedReference& reference, Digest digest, const std::string& id) {
  xmlNode* node = add(signed_info, "Reference");
  if (!id.empty()) set(node, "Id", id);
  set(node, "URI", reference.uri);
  xmlNode* transforms = reference.transforms.empty() ? nullptr : add(node, "Transforms");
  for (const std::string_view uri : reference.transforms) add_algorithm(transforms, "Transform", uri);
  add_algorithm(node, "DigestMethod", row_of(digest)->digest_uri);
  add(node, "DigestValue", base64(reference.value));
}

// 連署: the Ids of several signers differ by a second (docs/documents-facts.md, "e-Gov").
std::string free_id(const Plan& plan, std::chrono::sys_seconds time) {
  if (!plan.id.empty()) return plan.id;
  while (std::ranges::find(plan.taken_ids, japan_digits(time)) != plan.taken_ids.end()) time += std::chrono::seconds(1);
  return japan_digits(time);
}

void add_signed_info(xmlNode* signature, const Plan& plan) {
  xmlNode* info = add(signature, "SignedInfo");
  add_algorithm(info, "CanonicalizationMethod", plan.exclusive ? kExclusive : kInclusive);
  add_algorithm(info, "SignatureMethod", row_of(plan.digest)->signature_uri);
  for (std::size_t i = 0; i < plan.references.size(); ++i) {
    add_reference(info, plan.references[i], plan.digest, plan.xades ? reference_id(plan.id, i) : "");
  }
}

void add_key_info(xmlNode* signature, const Plan& plan, const SigningIdentity& identity) {
  xmlNode* data = add(add(signature, "KeyInfo"), "X509Data");
  add(data, "X509Certificate", base64(identity.signer));
  if (plan.with_issuer && !identity.issuer.empty() && !equal(identity.issuer, identity.signer)) {
    add(data, "X509Certificate", base64(identity.issuer));
  }
}

std::vector<SignedData> data_of(const Plan& plan) {
  std::vector<SignedData> data;
  for (std::size_t i = 0; i < plan.references.size(); ++i) data.push_back({reference_id(plan.id, i), plan.references[i].mime_type});
  return data;
}

Status add_xades(xmlNode* signature, const Plan& plan, const SigningIdentity& identity) {
  const XadesFacts facts{.signature_id = plan.id, .signer = identity.signer, .time = identity.signing_time, .data = data_of(plan)};
  const xmlNode* properties = add_signed_properties(add(signature, "Object"), facts);
  const std::string_view method = plan.exclusive ? kExclusive : kInclusive;
  MYNA_TRY(const Bytes form, canonical({signature->doc, properties, nullptr}, {c14n_of(method)->mode}));
  const PlannedReference reference{.uri = "#" + properties_id(plan.id), .transforms = {method}, .value = hash(plan.digest, form),
                                   .mime_type = {}};
  add_reference(child(signature, "SignedInfo"), reference, plan.digest, "");
  set(children(child(signature, "SignedInfo"), "Reference").back(), "Type", std::string(kSignedPropertiesType));
  return {};
}

}  // namespace

LooseNode new_signature(xmlDoc* tree, bool prefixed) {
  LooseNode node(xmlNewDocNode(tree, nullptr, chars("Signature"), nullptr));
  xmlSetNs(node.get(), xmlNewNs(node.get(), chars(kDsig), prefixed ? chars("ds") : nullptr));
  return node;
}

Result<Bytes> context_of(const xmlNode* parent) {
  const Tree tree(xmlNewDoc(chars("1.0")));
  xmlNode* context = xmlNewDocNode(tree.get(), nullptr, chars("context"), nullptr);
  xmlDocSetRootElement(tree.get(), context);
  xmlNs** in_scope = parent == nullptr ? nullptr : xmlGetNsList(parent->doc, parent);
  for (xmlNs** ns = in_scope; ns != nullptr && *ns != nullptr; ++ns) {
    if (!text((*ns)->href).empty() && text((*ns)->prefix) != "xml") xmlNewNs(context, (*ns)->href, (*ns)->prefix);
  }
  xmlFree(in_scope);
  xmlNs* xml = xmlSearchNs(tree.get(), context, chars("xml"));
  for (; parent != nullptr && parent->type == XML_ELEMENT_NODE; parent = parent->parent) {   // the nearest wins (C14N 1.0, 2.4)
    for (const xmlAttr* a = parent->properties; a != nullptr; a = a->next) {
      const bool inherited =
          a->ns != nullptr && text(a->ns->href) == text(XML_XML_NAMESPACE) && xmlHasNsProp(context, a->name, XML_XML_NAMESPACE) == nullptr;
      if (inherited) xmlNewNsProp(context, xml, a->name, a->children == nullptr ? nullptr : a->children->content);
    }
  }
  return serialised(tree);
}

Result<Bytes> canonical_signed_info(const xmlNode* signature, bool exclusive) {
  return canonical({signature->doc, child(signature, "SignedInfo"), nullptr}, {c14n_of(exclusive ? kExclusive : kInclusive)->mode});
}

Result<Generator> Generator::prepare(const Plan& plan, const SigningIdentity& identity) {
  Generator made;
  made.plan_ = plan;
  made.plan_.id = free_id(plan, identity.signing_time);
  made.signer_.assign(identity.signer.begin(), identity.signer.end());
  MYNA_TRY(made.tree_, parse(plan.context));
  made.signature_ = xmlAddChild(xmlDocGetRootElement(made.tree_.get()), new_signature(made.tree_.get(), plan.prefixed).release());
  set(made.signature_, "Id", made.plan_.id);
  add_signed_info(made.signature_, made.plan_);
  add(made.signature_, "SignatureValue");
  add_key_info(made.signature_, made.plan_, identity);
  if (plan.xades) MYNA_CHECK(add_xades(made.signature_, made.plan_, identity));
  MYNA_TRY(made.signed_info_, canonical_signed_info(made.signature_, plan.exclusive));
  return made;
}

Result<Bytes> Generator::digest_info() const { return myna::digest_info(plan_.digest, hash(plan_.digest, signed_info_)); }

Status Generator::complete(ByteView signature, TimeStamper* stamper) {
  MYNA_TRY(const auto key, certificate_public_key(signer_));
  MYNA_TRY(const Bytes payload, digest_info());
  MYNA_CHECK(key->verify_pkcs1(payload, signature));
  xmlNode* value = child(signature_, "SignatureValue");
  set_text(value, base64(signature));
  if (stamper == nullptr) return {};
  MYNA_TRY(const Bytes stamped, canonical({tree_.get(), value, nullptr}, {c14n_of(plan_.exclusive ? kExclusive : kInclusive)->mode}));
  MYNA_TRY(const Bytes token, stamper->token(hash(Digest::sha256, stamped)));
  return add_time_stamp(signature_, plan_.exclusive ? kExclusive : kInclusive, token);
}

}  // namespace myna::xml

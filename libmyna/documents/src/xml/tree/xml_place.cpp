// SPDX-License-Identifier: Apache-2.0
#include "xml_place.hpp"

#include <algorithm>
#include <array>

#include "xml_text.hpp"

namespace myna::xml {
namespace {

constexpr std::size_t kMaxEnvelopedBytes = 7 << 20;   // as base64 it must stay one text node that parsers take (10 MB)

bool is_egov(XmlForm form) { return form == XmlForm::egov || form == XmlForm::egov_files; }
bool has_input(XmlForm form) { return form == XmlForm::enveloped || is_egov(form); }

std::string_view space_of(const xmlNode* node) { return node->ns == nullptr ? std::string_view{} : text(node->ns->href); }

// Elements of one local name, in any namespace.
std::vector<xmlNode*> named(const xmlNode* from, std::string_view name) {
  std::vector<xmlNode*> found;
  for (const xmlNode* at = from; at != nullptr; at = next_node(at, from)) {
    if (at->type == XML_ELEMENT_NODE && text(at->name) == name) found.push_back(const_cast<xmlNode*>(at));
  }
  return found;
}

xmlNode* next_element(const xmlNode* node) {
  xmlNode* at = node->next;
  while (at != nullptr && at->type != XML_ELEMENT_NODE) at = at->next;
  return at;
}

// 署名情報 right after 構成情報, before その他 (docs/documents-facts.md); made when it is not there.
Result<xmlNode*> egov_parent(const Tree& tree) {
  MYNA_TRY(xmlNode* const body, egov_body(tree));
  const auto there = named(xmlDocGetRootElement(tree.get()), kEgovSignatures);
  if (there.size() > 1 || (there.size() == 1 && next_element(body) != there.front())) return fail(Errc::document_unsupported);
  if (there.size() == 1) return there.front();
  return xmlAddNextSibling(body, xmlNewDocNode(tree.get(), body->ns, chars(kEgovSignatures), nullptr));
}

std::vector<xmlNode*> earlier_signatures(const Tree& tree) {
  std::vector<xmlNode*> found = descendants(xmlDocGetRootElement(tree.get()), "Signature");
  std::ranges::reverse(found);
  return found;
}

Status envelop(const Tree& tree, const Placement& placement, ByteView input, xmlNode* signature) {
  xmlDocSetRootElement(tree.get(), signature);
  xmlNode* object = add(signature, "Object");
  set(object, "Id", placement.object_id);
  if (const auto inner = parse(input)) {
    xmlAddChild(object, xmlDocCopyNode(xmlDocGetRootElement(inner->get()), tree.get(), 1));
    return {};
  } else if (inner.error().code == Errc::document_unsupported) {
    return Unexpected(inner.error());
  }
  if (input.size() > kMaxEnvelopedBytes) return fail(Errc::document_unsupported);
  set(object, "Encoding", "http://www.w3.org/2000/09/xmldsig#base64");
  set_text(object, base64(input));
  return {};
}

}  // namespace

Result<Tree> open_document(ByteView input, const Placement& placement) {
  if (has_input(placement.form)) return parse(input);
  return Tree(xmlNewDoc(chars("1.0")));
}

std::size_t candidates(const Tree& tree, const Placement& placement) {
  return placement.form == XmlForm::enveloped ? 1 + earlier_signatures(tree).size() : 1;
}

Status insert(const Tree& tree, const Placement& placement, ByteView input, LooseNode signature) {
  if (is_egov(placement.form)) {
    MYNA_TRY(xmlNode* const parent, egov_parent(tree));
    xmlAddChild(parent, signature.release());
  } else if (placement.form == XmlForm::enveloping) {
    return envelop(tree, placement, input, signature.release());
  } else if (placement.form != XmlForm::enveloped) {
    xmlDocSetRootElement(tree.get(), signature.release());
  } else if (placement.candidate == 0) {
    xmlAddChild(xmlDocGetRootElement(tree.get()), signature.release());
  } else {   // what an earlier signature covers leaves itself out: the next one goes inside it and covers it
    const auto earlier = earlier_signatures(tree);
    xmlAddChild(add(earlier[placement.candidate - 1], "Object"), signature.release());
  }
  return {};
}

Result<xmlNode*> egov_body(const Tree& tree) {
  const auto found = named(xmlDocGetRootElement(tree.get()), kEgovBody);
  const bool one =
      found.size() == 1 && attribute(found.front(), "ID") == std::string(kEgovBody) && with_id(tree.get(), kEgovBody).size() == 1;
  if (!one || found.front() == xmlDocGetRootElement(tree.get())) return fail(Errc::document_unsupported);
  return found.front();
}

std::vector<std::string> egov_files(const xmlNode* body) {
  constexpr std::array kNames{std::string_view("申請書ファイル名称"), std::string_view("添付書類ファイル名称")};
  std::vector<std::string> files;
  for (const xmlNode* at = body; at != nullptr; at = next_node(at, body)) {
    if (at->type != XML_ELEMENT_NODE || space_of(at) != space_of(body) || std::ranges::find(kNames, text(at->name)) == kNames.end()) {
      continue;
    }
    const std::string name = leaf_text(at).value_or("");
    if (!name.empty() && std::ranges::find(files, name) == files.end()) files.push_back(name);
  }
  return files;
}

std::vector<std::string> signature_ids(const Tree& tree) {
  std::vector<std::string> ids;
  for (const xmlNode* signature : descendants(xmlDocGetRootElement(tree.get()), "Signature")) {
    ids.push_back(attribute(signature, "Id").value_or(""));
  }
  return ids;
}

}  // namespace myna::xml

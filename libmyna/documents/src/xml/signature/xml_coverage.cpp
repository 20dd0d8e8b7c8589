// SPDX-License-Identifier: Apache-2.0
#include "xml_coverage.hpp"

#include <algorithm>

#include "report/checks.hpp"
#include "xml/tree/xml_place.hpp"

namespace myna::xml {
namespace {

constexpr std::string_view kCode = "coverage";
constexpr std::string_view kAsic = "http://uri.etsi.org/02918/v1.2.1#";

constexpr Text kNothing{"the signature covers no content", "署名が内容をカバーしていません"};
constexpr Text kPosition{"the signature stands where none belongs", "署名が本来の位置にありません"};
constexpr Text kPartial{"only parts of the document are covered, and what is used of it was not named", "文書の一部だけが署名対象です（使用する要素の指定がありません）"};
constexpr Text kInstruction{"an instruction (such as a stylesheet) stands outside what is covered", "署名対象の外に処理命令（スタイルシート等）があります"};
constexpr Text kObject{"an Object inside the signature is not covered", "署名内のObjectが署名対象ではありません"};
constexpr Text kManifest{"a ds:Manifest: what it lists is not checked", "ds:Manifestの参照先は検証しません"};
constexpr Text kUnused{"an element that is used is not covered, or not there exactly once", "使用する要素が署名対象でないか、一つではありません"};
constexpr Text kTwoBodies{"there are several 構成情報, or it does not stand before its 署名情報", "構成情報が複数あるか、署名情報の直前にありません"};
constexpr Text kBodyOnly{"構成情報 and the files it was signed with; nothing else of this document", "構成情報と参照ファイルのみ（文書のその他の部分は対象外）"};
constexpr Text kFilesOnly{"the files alone; nothing of this document", "参照ファイルのみ（この文書自体は対象外）"};

const xmlNode* root_of(const xmlNode* node) { return xmlDocGetRootElement(node->doc); }

bool has_text(const xmlNode* parent) {
  for (const xmlNode* at = parent->children; at != nullptr; at = at->next) {
    const bool textual = at->type == XML_TEXT_NODE || at->type == XML_CDATA_SECTION_NODE;
    if (textual && text(at->content).find_first_not_of(" \t\r\n") != std::string_view::npos) return true;
  }
  return false;
}

bool has_only(const xmlNode* parent, std::string_view name, std::string_view space) {
  const auto all = elements(parent);
  return !all.empty() && !has_text(parent) && std::ranges::all_of(all, [&](const xmlNode* node) { return is_element(node, name, space); });
}

bool is_egov_place(const xmlNode* signature) {
  return signature->parent->type == XML_ELEMENT_NODE && text(signature->parent->name) == kEgovSignatures;
}

// Nothing but signatures and their Objects around it: enveloping, detached, ASiC.
bool stands_alone(const xmlNode* signature) {
  const xmlNode* parent = signature->parent;
  if (signature == root_of(signature)) return true;
  if (parent == root_of(signature)) return is_element(parent, "XAdESSignatures", kAsic) && has_only(parent, "Signature", kDsig);
  return is_element(parent, "Object") && has_only(parent, "Signature", kDsig) && is_element(parent->parent, "Signature") &&
         stands_alone(parent->parent);
}

bool is_at_home(const xmlNode* signature) {
  const xmlNode* parent = signature->parent;
  if (signature == root_of(signature) || parent == root_of(signature) || is_egov_place(signature)) return true;
  if (is_element(parent, "Object") && is_element(parent->parent, "Signature")) return true;
  return parent->parent == root_of(signature) && has_only(parent, "Signature", kDsig);   // a list of signatures
}

// Beside the root element, where a stylesheet is named that shows something else.
bool has_instruction(const xmlDoc* document) {
  for (const xmlNode* at = document->children; at != nullptr; at = at->next) {
    if (at->type == XML_PI_NODE) return true;
  }
  return false;
}

// Inside the signature only what an Object holds is content, and XAdES properties are not.
bool is_content(const SignatureParts& parts, const ReferenceOutcome& outcome) {
  if (outcome.problem || (outcome.file.empty() && outcome.element == nullptr)) return false;
  if (!outcome.file.empty() || !is_inside(outcome.element, parts.signature)) return true;
  return std::ranges::any_of(parts.objects, [&](const xmlNode* object) {
    return is_inside(outcome.element, object) && !has_only(object, "QualifyingProperties", kXades);
  });
}

bool covers_whole(const ReferenceOutcome& outcome) {
  return !outcome.problem && (outcome.whole || (outcome.element != nullptr && outcome.element == root_of(outcome.element)));
}

bool covers(const ReferenceOutcome& outcome, const xmlNode* node) {
  return !outcome.problem && outcome.element != nullptr && is_inside(node, outcome.element);
}

// What stands in the signature and is neither covered nor a signature's own. An enveloped signature leaves itself out of what "" or its
// parent names: only a reference into it covers it.
std::optional<Text> object_problem(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes) {
  const auto covered = [&](const xmlNode* node) {
    return std::ranges::any_of(outcomes,
                               [&](const ReferenceOutcome& o) { return covers(o, node) && is_inside(o.element, parts.signature); });
  };
  for (const xmlNode* object : parts.objects) {
    const bool own = has_only(object, "QualifyingProperties", kXades) || has_only(object, "Signature", kDsig);
    const auto inner = elements(object);
    const bool all_inner = !inner.empty() && !has_text(object) && std::ranges::all_of(inner, covered);
    if (!own && !covered(object) && !all_inner) return kObject;
  }
  return std::nullopt;
}

SignatureCheck check_used(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes,
                          const std::vector<std::string>& used) {
  const xmlNode* root = root_of(parts.signature);
  for (const std::string& path : used) {
    const xmlNode* found = nullptr;
    std::size_t count = 0;
    for (const xmlNode* at = root; at != nullptr; at = next_node(at, root)) {
      if (at->type != XML_ELEMENT_NODE || path_of(at) != path) continue;
      found = at;
      ++count;
    }
    const bool outside = count == 1 && !is_inside(found, parts.signature);
    if (!outside || std::ranges::none_of(outcomes, [&](const ReferenceOutcome& o) { return covers(o, found); })) return bad(kCode, kUnused);
  }
  return good(kCode);
}

// e-Gov: the only 構成情報 stands right before the 署名情報 of this signature (docs/documents-facts.md).
SignatureCheck check_egov(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes) {
  const xmlNode* root = root_of(parts.signature);
  std::vector<const xmlNode*> bodies;
  for (const xmlNode* at = root; at != nullptr; at = next_node(at, root)) {
    if (at->type == XML_ELEMENT_NODE && text(at->name) == kEgovBody) bodies.push_back(at);
  }
  const xmlNode* before = parts.signature->parent->prev;
  while (before != nullptr && before->type != XML_ELEMENT_NODE) before = before->prev;
  if (bodies.size() != 1 || before != bodies.front()) return bad(kCode, kTwoBodies);
  if (const auto problem = object_problem(parts, outcomes)) return bad(kCode, *problem);
  const bool body = std::ranges::any_of(outcomes, [&](const ReferenceOutcome& o) { return !o.problem && o.element == bodies.front(); });
  const bool files =
      std::ranges::all_of(outcomes, [&](const ReferenceOutcome& o) { return !o.file.empty() || o.element == bodies.front(); });
  if (!files) return bad(kCode, kPartial);
  return {kCode, CheckResult::good, body ? kBodyOnly : kFilesOnly};
}

bool has_split(const ReferenceOutcome& outcome, const xmlNode* signature) {
  return outcome.element != nullptr && !outcome.problem && has_split_text(outcome.element, outcome.enveloped ? signature : nullptr);
}

}  // namespace

std::vector<std::string> covered_names(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes) {
  std::vector<std::string> names;
  for (const ReferenceOutcome& outcome : outcomes) {
    if (!is_content(parts, outcome)) continue;
    names.push_back(!outcome.file.empty() ? "file:" + outcome.file : covers_whole(outcome) ? "/" : path_of(outcome.element));
  }
  return names;
}

SignatureCheck check_coverage(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes,
                              const std::vector<std::string>& used_elements) {
  if (covered_names(parts, outcomes).empty()) return bad(kCode, kNothing);
  const bool manifest =
      std::ranges::any_of(outcomes, [](const ReferenceOutcome& o) { return o.type == "http://www.w3.org/2000/09/xmldsig#Manifest"; });
  if (manifest) return bad(kCode, kManifest);
  if (std::ranges::any_of(outcomes, [&](const ReferenceOutcome& o) { return has_split(o, parts.signature); })) {
    return bad(kCode, kSplitText);
  }
  if (!used_elements.empty()) return check_used(parts, outcomes, used_elements);
  if (!is_at_home(parts.signature)) return bad(kCode, kPosition);
  if (is_egov_place(parts.signature)) return check_egov(parts, outcomes);
  if (const auto problem = object_problem(parts, outcomes)) return bad(kCode, *problem);
  if (has_instruction(parts.signature->doc) &&
      std::ranges::none_of(outcomes, [](const ReferenceOutcome& o) { return o.whole && !o.problem; })) {
    return bad(kCode, kInstruction);
  }
  if (stands_alone(parts.signature) || std::ranges::any_of(outcomes, covers_whole)) return good(kCode);
  return bad(kCode, kPartial);
}

}  // namespace myna::xml

// SPDX-License-Identifier: Apache-2.0
// Where a signature goes in its document: the same place when it is planned and when it is written. Private to libmyna/documents.
#pragma once

#include <string>
#include <vector>

#include "myna/documents/xml_signature.hpp"
#include "xml_tree.hpp"

namespace myna::xml {

struct Placement {
  XmlForm form = XmlForm::enveloped;
  std::size_t candidate = 0;      // enveloped: the root, then inside each earlier signature, the last one first
  std::string object_id;          // enveloping
};

// A document to put a signature into: parsed (enveloped, e-Gov), or new. Errors: those of parse; document_unsupported (no 構成情報).
Result<Tree> open_document(ByteView input, const Placement& placement);
std::size_t candidates(const Tree& tree, const Placement& placement);

// Puts a Signature of this tree in; what is enveloped moves into its ds:Object. Errors: document_unsupported.
Status insert(const Tree& tree, const Placement& placement, ByteView input, LooseNode signature);

// The only 構成情報 of an e-Gov document, with ID="構成情報". Errors: document_unsupported.
Result<xmlNode*> egov_body(const Tree& tree);
// 申請書ファイル名称 and 添付書類ファイル名称 inside it, in document order.
std::vector<std::string> egov_files(const xmlNode* body);
// Ids of the signatures of an e-Gov document.
std::vector<std::string> signature_ids(const Tree& tree);

inline constexpr std::string_view kEgovBody = "構成情報";
inline constexpr std::string_view kEgovSignatures = "署名情報";

}  // namespace myna::xml

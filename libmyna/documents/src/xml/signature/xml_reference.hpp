// SPDX-License-Identifier: Apache-2.0
// One ds:Reference: what it names, its transforms from the allow-list, its digest (XML-DSig, 4.4.3). Private to libmyna/documents.
#pragma once

#include <optional>
#include <string>

#include "myna/documents/xml_signature.hpp"
#include "xml/tree/xml_tree.hpp"

namespace myna::xml {

struct ReferenceOutcome {
  std::optional<Text> problem;            // none: the digest fits
  const xmlNode* element = nullptr;       // of this document; the root element for the whole of it
  bool whole = false;                     // URI=""
  bool enveloped = false;                 // without the signature itself
  std::string file;                       // or a file
  std::string type;
};

ReferenceOutcome check_reference(const xmlNode* reference, const OpenNamed& files);

// The Algorithm of a method or transform with its parameters, when it is a canonicalisation.
std::optional<Canonicalisation> canonicalisation_of(const xmlNode* method);

// Hashes all of a source. Errors: those of the source.
Result<Bytes> hash_of(const ByteSource& source, Digest digest);

// A comment with text at either side: canonical forms drop it, and programs that read the text up to it see another text.
bool has_split_text(const xmlNode* from, const xmlNode* without);

inline constexpr Text kSplitText{"a comment splits a text: no signature covers it, and programs may read another text",
                                 "コメントが文字列の途中にあります（署名対象外で、別の内容に読まれるおそれ）"};

}  // namespace myna::xml

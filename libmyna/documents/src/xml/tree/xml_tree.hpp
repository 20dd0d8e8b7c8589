// SPDX-License-Identifier: Apache-2.0
// libxml2 at one funnel: hostile documents read safely, trees walked and built, canonical forms. Private to libmyna/documents.
#pragma once

#include <libxml/tree.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna::xml {

inline constexpr std::size_t kMaxDocument = 64 << 20;   // bytes
inline constexpr std::string_view kDsig = "http://www.w3.org/2000/09/xmldsig#";
inline constexpr std::string_view kXades = "http://uri.etsi.org/01903/v1.3.2#";

inline const xmlChar* chars(std::string_view c) { return reinterpret_cast<const xmlChar*>(c.data()); }   // of a literal: ends with a zero

struct FreeTree {
  void operator()(xmlDoc* tree) const noexcept { xmlFreeDoc(tree); }
};
using Tree = std::unique_ptr<xmlDoc, FreeTree>;

struct FreeNode {
  void operator()(xmlNode* node) const noexcept { xmlFreeNode(node); }
};
using LooseNode = std::unique_ptr<xmlNode, FreeNode>;   // in no tree yet

// No network, no external entity, no text node above 10 MB, no depth above 256. Errors: document_unsupported (it has a DTD, which could
// define entities and IDs), malformed.
Result<Tree> parse(ByteView text);
Result<Bytes> serialised(const Tree& tree);   // in the encoding that it was read in

// What of a document is canonicalised: an element and all below it, or the whole document; without one element and all below that.
struct Subset {
  xmlDoc* document = nullptr;
  const xmlNode* apex = nullptr;      // nullptr: the whole document
  const xmlNode* without = nullptr;   // nullptr: nothing is left out
};
struct Canonicalisation {
  int mode = 0;                       // xmlC14NMode
  bool comments = false;
  std::vector<std::string> prefixes{};  // InclusiveNamespaces of the exclusive form
};
// Errors: malformed (a relative namespace, an encoding that is none).
Result<Bytes> canonical(const Subset& subset, const Canonicalisation& method);

// Names and texts. The text of an element that holds anything but text is none: a comment could split it.
std::string_view text(const xmlChar* chars);
bool is_element(const xmlNode* node, std::string_view name, std::string_view space = kDsig);
std::optional<std::string> attribute(const xmlNode* element, const char* name);   // without namespace
std::optional<std::string> leaf_text(const xmlNode* element);
bool has_stray(const xmlNode* parent);                                                      // text or instructions between its elements
std::vector<xmlNode*> elements(const xmlNode* parent);                                     // children that are elements
std::vector<xmlNode*> children(const xmlNode* parent, std::string_view name, std::string_view space = kDsig);
// the only one of its name; nullptr for none or several
xmlNode* child(const xmlNode* parent, std::string_view name, std::string_view space = kDsig);
// in document order, `from` included
std::vector<xmlNode*> descendants(const xmlNode* from, std::string_view name, std::string_view space = kDsig);
bool is_inside(const xmlNode* node, const xmlNode* ancestor);                               // or the same
std::string path_of(const xmlNode* element);                                                // /DataRoot/構成情報

// Every node below and including `from`, in document order, without recursion.
const xmlNode* next_node(const xmlNode* node, const xmlNode* from);

// Building. The namespace of a new child is that of its parent.
xmlNode* add(xmlNode* parent, const char* name, std::string_view content = {});
void set(xmlNode* element, const char* name, const std::string& value);
void set_text(xmlNode* element, std::string_view content);

// Elements that carry this value in an attribute Id, ID, id or xml:id. More than one is an attack or a mistake.
std::vector<xmlNode*> with_id(const xmlDoc* document, std::string_view id);

}  // namespace myna::xml

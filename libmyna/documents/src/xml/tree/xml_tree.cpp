// SPDX-License-Identifier: Apache-2.0
#include "xml_tree.hpp"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace myna::xml {
namespace {

struct FreeContext {
  void operator()(xmlParserCtxt* context) const noexcept { xmlFreeParserCtxt(context); }
};
struct CloseBuffer {
  void operator()(xmlOutputBuffer* buffer) const noexcept { xmlOutputBufferClose(buffer); }
};

const xmlChar* chars(const char* c) { return reinterpret_cast<const xmlChar*>(c); }

constexpr int kOptions = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;

// The parser stops where a DTD begins, before anything of it is read.
void refuse_dtd(void* context, const xmlChar*, const xmlChar*, const xmlChar*) {
  auto* parser = static_cast<xmlParserCtxt*>(context);
  *static_cast<bool*>(parser->_private) = true;
  xmlStopParser(parser);
}

int is_visible(void* data, xmlNode* node, xmlNode* parent) {
  const auto& subset = *static_cast<const Subset*>(data);
  const xmlNode* at = node->type == XML_NAMESPACE_DECL || node->type == XML_ATTRIBUTE_NODE ? parent : node;
  for (; at != nullptr; at = at->parent) {
    if (at == subset.without) return 0;
    if (at == subset.apex) return 1;
  }
  return subset.apex == nullptr ? 1 : 0;
}

constexpr std::array kIdNames{"Id", "ID", "id"};

bool has_id(const xmlNode* element, std::string_view id) {
  for (const xmlAttr* a = element->properties; a != nullptr; a = a->next) {
    const bool is_xml = a->ns != nullptr && text(a->ns->href) == text(XML_XML_NAMESPACE) && text(a->name) == "id";
    const bool is_plain = a->ns == nullptr && std::ranges::any_of(kIdNames, [a](const char* name) { return text(a->name) == name; });
    if ((is_xml || is_plain) && a->children != nullptr && a->children->next == nullptr && text(a->children->content) == id) return true;
  }
  return false;
}

}  // namespace

Result<Tree> parse(ByteView bytes) {
  static std::once_flag once;
  std::call_once(once, [] { xmlInitParser(); });
  if (bytes.empty() || bytes.size() > kMaxDocument) return fail(Errc::malformed);
  const std::unique_ptr<xmlParserCtxt, FreeContext> context(xmlNewParserCtxt());
  if (!context) return fail(Errc::malformed);
  bool has_dtd = false;
  context->_private = &has_dtd;
  context->sax->internalSubset = refuse_dtd;
  Tree tree(xmlCtxtReadMemory(context.get(), reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()), nullptr, nullptr,
                              kOptions));
  if (has_dtd) return fail(Errc::document_unsupported);
  // The parser takes NUL for the end of the text, and leaves half a character at the end out.
  if (tree && xmlByteConsumed(context.get()) != static_cast<long>(bytes.size())) return fail(Errc::malformed);
  if (!tree || context->wellFormed == 0 || context->nsWellFormed == 0 || xmlDocGetRootElement(tree.get()) == nullptr) {
    return fail(Errc::malformed);
  }
  return tree;
}

Result<Bytes> serialised(const Tree& tree) {
  xmlChar* buffer = nullptr;
  int size = 0;
  const char* encoding = tree->encoding == nullptr ? "UTF-8" : reinterpret_cast<const char*>(tree->encoding);
  xmlDocDumpMemoryEnc(tree.get(), &buffer, &size, encoding);
  if (buffer == nullptr || size <= 0) return fail(Errc::malformed);
  Bytes bytes(buffer, buffer + size);
  xmlFree(buffer);
  return bytes;
}

Result<Bytes> canonical(const Subset& subset, const Canonicalisation& method) {
  const std::unique_ptr<xmlOutputBuffer, CloseBuffer> out(xmlAllocOutputBuffer(nullptr));
  std::vector<xmlChar*> prefixes;
  for (const std::string& prefix : method.prefixes) prefixes.push_back(const_cast<xmlChar*>(chars(prefix.c_str())));
  prefixes.push_back(nullptr);
  Subset shown = subset;
  if (!out || xmlC14NExecute(subset.document, is_visible, &shown, method.mode, prefixes.data(), method.comments ? 1 : 0, out.get()) < 0) {
    return fail(Errc::malformed);
  }
  const xmlChar* content = xmlOutputBufferGetContent(out.get());
  return Bytes(content, content + xmlOutputBufferGetSize(out.get()));
}

std::string_view text(const xmlChar* c) { return c == nullptr ? std::string_view{} : reinterpret_cast<const char*>(c); }

bool is_element(const xmlNode* node, std::string_view name, std::string_view space) {
  if (node == nullptr || node->type != XML_ELEMENT_NODE || text(node->name) != name) return false;
  return (node->ns == nullptr ? std::string_view{} : text(node->ns->href)) == space;
}

std::optional<std::string> attribute(const xmlNode* element, const char* name) {
  xmlChar* value = xmlGetNoNsProp(const_cast<xmlNode*>(element), chars(name));
  if (value == nullptr) return std::nullopt;
  std::string copy(text(value));
  xmlFree(value);
  return copy;
}

std::optional<std::string> leaf_text(const xmlNode* element) {
  std::string all;
  for (const xmlNode* at = element == nullptr ? nullptr : element->children; at != nullptr; at = at->next) {
    if (at->type != XML_TEXT_NODE && at->type != XML_CDATA_SECTION_NODE) return std::nullopt;
    all += text(at->content);
  }
  return element == nullptr ? std::nullopt : std::optional(all);
}

bool has_stray(const xmlNode* parent) {
  for (const xmlNode* at = parent == nullptr ? nullptr : parent->children; at != nullptr; at = at->next) {
    const bool blank = at->type == XML_TEXT_NODE && text(at->content).find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (at->type != XML_ELEMENT_NODE && at->type != XML_COMMENT_NODE && !blank) return true;
  }
  return false;
}

std::vector<xmlNode*> elements(const xmlNode* parent) {
  std::vector<xmlNode*> found;
  for (xmlNode* at = parent == nullptr ? nullptr : parent->children; at != nullptr; at = at->next) {
    if (at->type == XML_ELEMENT_NODE) found.push_back(at);
  }
  return found;
}

std::vector<xmlNode*> children(const xmlNode* parent, std::string_view name, std::string_view space) {
  std::vector<xmlNode*> found = elements(parent);
  std::erase_if(found, [&](const xmlNode* node) { return !is_element(node, name, space); });
  return found;
}

xmlNode* child(const xmlNode* parent, std::string_view name, std::string_view space) {
  const auto found = children(parent, name, space);
  return found.size() == 1 ? found.front() : nullptr;
}

const xmlNode* next_node(const xmlNode* node, const xmlNode* from) {
  if (node->type == XML_ELEMENT_NODE && node->children != nullptr) return node->children;
  for (; node != from; node = node->parent) {
    if (node->next != nullptr) return node->next;
  }
  return nullptr;
}

std::vector<xmlNode*> descendants(const xmlNode* from, std::string_view name, std::string_view space) {
  std::vector<xmlNode*> found;
  for (const xmlNode* at = from; at != nullptr; at = next_node(at, from)) {
    if (is_element(at, name, space)) found.push_back(const_cast<xmlNode*>(at));
  }
  return found;
}

bool is_inside(const xmlNode* node, const xmlNode* ancestor) {
  while (node != nullptr && node != ancestor) node = node->parent;
  return node != nullptr;
}

std::string path_of(const xmlNode* element) {
  std::string path;
  for (; element != nullptr && element->type == XML_ELEMENT_NODE; element = element->parent) {
    path = "/" + std::string(text(element->name)) + path;
  }
  return path;
}

xmlNode* add(xmlNode* parent, const char* name, std::string_view content) {
  xmlNode* node = xmlNewChild(parent, parent->ns, chars(name), nullptr);
  if (!content.empty()) set_text(node, content);
  return node;
}

void set(xmlNode* element, const char* name, const std::string& value) { xmlNewProp(element, chars(name), chars(value.c_str())); }

void set_text(xmlNode* element, std::string_view content) {
  xmlNodeSetContent(element, nullptr);
  xmlAddChild(element, xmlNewDocTextLen(element->doc, chars(content.data()), static_cast<int>(content.size())));
}

std::vector<xmlNode*> with_id(const xmlDoc* document, std::string_view id) {
  std::vector<xmlNode*> found;
  const xmlNode* root = xmlDocGetRootElement(document);
  for (const xmlNode* at = root; at != nullptr; at = next_node(at, root)) {
    if (at->type == XML_ELEMENT_NODE && has_id(at, id)) found.push_back(const_cast<xmlNode*>(at));
  }
  return found;
}

}  // namespace myna::xml

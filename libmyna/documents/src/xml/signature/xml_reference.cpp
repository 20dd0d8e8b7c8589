// SPDX-License-Identifier: Apache-2.0
#include "xml_reference.hpp"

#include <array>
#include <sstream>

#include "xml/tree/xml_text.hpp"
#include "xml_algorithms.hpp"

namespace myna::xml {
namespace {

constexpr std::size_t kMaxTransforms = 4;
constexpr std::size_t kPiece = 16384;
constexpr std::size_t kMaxPrefixes = 32;

constexpr Text kForm{"a reference does not have the form it must have", "参照の構造が正しくありません"};
constexpr Text kNoUri{"a reference without URI", "URIのない参照です"};
constexpr Text kAbsent{"a reference names an element that is not there", "参照先の要素がありません"};
constexpr Text kDuplicate{"several elements carry the Id of a reference", "参照先のIdが重複しています"};
constexpr Text kOutside{"a reference leaves the folder or names an address: it is not followed", "フォルダー外またはURLへの参照はたどりません"};
constexpr Text kNoFile{"the file of a reference was not given and is not beside the signature", "参照先のファイルが見つかりません"};
constexpr Text kPointer{"an XPointer: only whole documents and Ids are followed", "XPointerによる参照は受け付けません"};
constexpr Text kNotInside{"enveloped-signature where the signature is not inside what it covers", "enveloped-signature変換の対象に署名が含まれていません"};
constexpr Text kTruncated{"a digest is shorter or longer than its algorithm's", "ダイジェストの長さが正しくありません"};
constexpr Text kDiffers{"the content is not what was signed", "内容が署名時と異なります"};
constexpr Text kNotCanonical{"what a reference names cannot be canonicalised", "参照先を正規化できません"};
constexpr Text kManyTransforms{"too many transforms", "変換の数が多すぎます"};

// What flows from transform to transform: nodes, or bytes.
struct Flow {
  Subset nodes{};
  std::optional<Bytes> bytes{};
  Tree parsed{};                  // of a file that is XML
};

const xmlNode* signature_of(const xmlNode* node) {
  while (node != nullptr && !is_element(node, "Signature")) node = node->parent;
  return node;
}

std::vector<std::string> words(const std::string& list) {
  std::istringstream in(list);
  std::vector<std::string> found;
  for (std::string word; in >> word;) found.push_back(word == "#default" ? "" : word);
  return found;
}

std::vector<xmlNode*> elements_named(const xmlNode* document_node, const std::string& id) {
  std::vector<xmlNode*> found = with_id(document_node->doc, id);
  const auto decoded = percent_decoded(id);
  if (decoded && *decoded != id) {
    for (xmlNode* other : with_id(document_node->doc, *decoded)) found.push_back(other);
  }
  return found;
}

std::optional<Text> find_element(const xmlNode* reference, const std::string& id, ReferenceOutcome& out) {
  if (id.starts_with("xpointer(")) return kPointer;
  const auto found = elements_named(reference, id);
  if (found.empty()) return kAbsent;
  if (found.size() > 1) return kDuplicate;
  out.element = found.front();
  return std::nullopt;
}

Result<ByteSource> open_file(const OpenNamed& files, std::string& name) {
  if (!files) return fail(Errc::storage_failed);
  if (auto raw = files(name)) return raw;
  const auto decoded = percent_decoded(name);
  if (!decoded || *decoded == name || !is_safe_name(*decoded)) return fail(Errc::storage_failed);
  name = *decoded;
  return files(name);
}

// The start of the flow. A file with transforms is taken into memory; without any it is hashed as it streams by.
std::optional<Text> dereference(const xmlNode* reference, const OpenNamed& files, std::optional<Digest> stream_digest,
                                ReferenceOutcome& out, Flow& flow) {
  const auto uri = attribute(reference, "URI");
  if (!uri) return kNoUri;
  flow.nodes.document = reference->doc;
  if (uri->empty()) {
    out.whole = true;
    out.element = xmlDocGetRootElement(reference->doc);
    return std::nullopt;
  }
  if (uri->front() == '#') {
    const auto problem = find_element(reference, uri->substr(1), out);
    flow.nodes.apex = out.element;
    return problem;
  }
  out.file = *uri;
  if (!is_safe_name(*uri)) return kOutside;
  const auto source = open_file(files, out.file);
  if (!source) return kNoFile;
  auto content = stream_digest ? hash_of(*source, *stream_digest) : read_all(*source, kMaxDocument, Errc::document_unsupported);
  if (!content) return kNoFile;
  flow.bytes = *std::move(content);
  return std::nullopt;
}

std::optional<Text> canonicalise(const Canonicalisation& method, Flow& flow) {
  if (flow.bytes) {
    auto tree = parse(*flow.bytes);
    if (!tree) return kNotCanonical;
    flow.parsed = *std::move(tree);
    flow.nodes = {flow.parsed.get(), nullptr, nullptr};
  }
  auto form = canonical(flow.nodes, method);
  if (!form) return kNotCanonical;
  flow.bytes = *std::move(form);
  return std::nullopt;
}

std::optional<Text> apply(const xmlNode* transform, ReferenceOutcome& out, Flow& flow) {
  const std::string uri = attribute(transform, "Algorithm").value_or("");
  if (uri == kEnveloped) {
    const xmlNode* signature = signature_of(transform);
    const bool inside = !flow.bytes && is_inside(signature, out.element) && signature != out.element;
    flow.nodes.without = signature;
    out.enveloped = inside;
    return inside ? std::nullopt : std::optional(kNotInside);
  }
  const auto method = canonicalisation_of(transform);
  return method ? canonicalise(*method, flow) : std::optional(refusal_of(uri));
}

struct Parts {
  std::vector<xmlNode*> transforms;
  std::optional<Digest> digest;
  std::optional<Bytes> value;
};

std::optional<Text> take_apart(const xmlNode* reference, Parts& parts) {
  std::vector<xmlNode*> fields = elements(reference);
  if (!fields.empty() && is_element(fields.front(), "Transforms")) {
    parts.transforms = elements(fields.front());
    fields.erase(fields.begin());
  }
  if (fields.size() != 2 || !is_element(fields[0], "DigestMethod") || !is_element(fields[1], "DigestValue")) return kForm;
  if (parts.transforms.size() > kMaxTransforms) return kManyTransforms;
  const std::string uri = attribute(fields[0], "Algorithm").value_or("");
  parts.digest = digest_of(uri, &DigestRow::digest_uri);
  if (!parts.digest) return refusal_of(uri);
  const auto text = leaf_text(fields[1]);
  if (text) parts.value = from_xml_base64(*text);
  if (!parts.value) return kForm;
  return parts.value->size() == digest_bytes(*parts.digest) ? std::nullopt : std::optional(kTruncated);
}

std::optional<Text> problem_of(const xmlNode* reference, const OpenNamed& files, ReferenceOutcome& out) {
  Parts parts;
  Flow flow;
  if (const auto problem = take_apart(reference, parts)) return problem;
  const bool streamed = parts.transforms.empty() && !attribute(reference, "URI").value_or("").starts_with('#');
  if (const auto problem = dereference(reference, files, streamed ? parts.digest : std::nullopt, out, flow)) return problem;
  for (const xmlNode* transform : parts.transforms) {
    if (!is_element(transform, "Transform")) return kForm;
    if (const auto problem = apply(transform, out, flow)) return problem;
  }
  if (flow.bytes && streamed) return equal(*flow.bytes, *parts.value) ? std::nullopt : std::optional(kDiffers);
  if (!flow.bytes) {   // nodes that no transform made bytes of: C14N 1.0 (XML-DSig, 4.4.3.2)
    if (const auto problem = canonicalise({XML_C14N_1_0}, flow)) return problem;
  }
  return equal(hash(*parts.digest, *flow.bytes), *parts.value) ? std::nullopt : std::optional(kDiffers);
}

}  // namespace

ReferenceOutcome check_reference(const xmlNode* reference, const OpenNamed& files) {
  ReferenceOutcome out;
  out.type = attribute(reference, "Type").value_or("");
  out.problem = problem_of(reference, files, out);
  return out;
}

std::optional<Canonicalisation> canonicalisation_of(const xmlNode* method) {
  const C14nRow* row = c14n_of(attribute(method, "Algorithm").value_or(""));
  if (row == nullptr) return std::nullopt;
  Canonicalisation found{row->mode, row->comments};
  const auto parameters = elements(method);
  if (parameters.empty()) return found;
  if (parameters.size() > 1 || row->mode != XML_C14N_EXCLUSIVE_1_0 || !is_element(parameters[0], "InclusiveNamespaces", kExclusive)) {
    return std::nullopt;
  }
  found.prefixes = words(attribute(parameters[0], "PrefixList").value_or(""));
  return found.prefixes.size() <= kMaxPrefixes ? std::optional(found) : std::nullopt;
}

Result<Bytes> hash_of(const ByteSource& source, Digest digest) {
  const auto hasher = make_hasher(digest);
  std::array<Byte, kPiece> piece{};
  while (true) {
    MYNA_TRY(const std::size_t count, source(piece));
    if (count == 0) return hasher->finish();
    hasher->update(ByteView(piece).first(count));
  }
}

bool has_split_text(const xmlNode* from, const xmlNode* without) {
  const auto is_text = [](const xmlNode* node) {
    const bool textual = node != nullptr && (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE);
    return textual && text(node->content).find_first_not_of(" \t\r\n") != std::string_view::npos;
  };
  for (const xmlNode* at = from; at != nullptr; at = next_node(at, from)) {
    if (at->type == XML_COMMENT_NODE && (is_text(at->prev) || is_text(at->next)) && (without == nullptr || !is_inside(at, without))) {
      return true;
    }
  }
  return false;
}

}  // namespace myna::xml

// SPDX-License-Identifier: Apache-2.0
#include "asic_manifest.hpp"

#include <algorithm>

#include "xml/signature/xml_algorithms.hpp"
#include "xml/tree/xml_mime.hpp"
#include "xml/tree/xml_text.hpp"
#include "xml/tree/xml_tree.hpp"

namespace myna {
namespace {

using namespace xml;

constexpr Text kForm{"the manifest does not have the structure it must have", "マニフェストの構造が正しくありません"};
constexpr Text kAbsent{"a file of the manifest is not in the container", "マニフェストのファイルがコンテナーにありません"};
constexpr Text kListedTwice{"the manifest names a file twice", "マニフェストに同じファイルが重複しています"};
constexpr Text kDiffers{"a file is not what was signed", "ファイルが署名時と異なります"};

std::string name_of(const xmlNode* element) { return percent_decoded(attribute(element, "URI").value_or("")).value_or(""); }

std::optional<Text> check_entry(const xmlNode* entry, const Container& container, std::vector<std::string>& files) {
  const auto method = child(entry, "DigestMethod");
  const auto text = leaf_text(child(entry, "DigestValue"));
  const auto value = text ? from_xml_base64(*text) : std::nullopt;
  if (method == nullptr || !value) return kForm;
  const std::string uri = attribute(method, "Algorithm").value_or("");
  const auto digest = digest_of(uri, &DigestRow::digest_uri);
  if (!digest) return refusal_of(uri);
  const auto found = container.entries.find(name_of(entry));
  if (found == container.entries.end()) return kAbsent;
  if (!equal(hash(*digest, found->second), *value)) return kDiffers;
  if (std::ranges::find(files, found->first) != files.end()) return kListedTwice;
  files.push_back(found->first);
  return std::nullopt;
}

}  // namespace

Result<Bytes> write_manifest(const std::string& signature_name, const std::vector<ManifestEntry>& entries, Digest digest) {
  const Tree tree(xmlNewDoc(chars("1.0")));
  xmlNode* root = xmlNewDocNode(tree.get(), nullptr, chars("ASiCManifest"), nullptr);
  xmlDocSetRootElement(tree.get(), root);
  xmlNs* dsig = xmlNewNs(root, chars(kDsig), chars("ds"));
  xmlSetNs(root, xmlNewNs(root, chars(kAsicSpace), chars("asic")));
  xmlNode* reference = add(root, "SigReference");
  set(reference, "URI", percent_encoded(signature_name));
  set(reference, "MimeType", "application/pkcs7-signature");
  for (const ManifestEntry& entry : entries) {
    xmlNode* data = add(root, "DataObjectReference");
    set(data, "URI", percent_encoded(entry.name));
    set(data, "MimeType", mime_type_of(entry.name));
    xmlNode* method = add(data, "DigestMethod");
    xmlSetNs(method, dsig);
    set(method, "Algorithm", std::string(row_of(digest)->digest_uri));
    xmlSetNs(add(data, "DigestValue", base64(entry.digest)), dsig);
  }
  return serialised(tree);
}

ManifestOutcome check_manifest(ByteView manifest, const Container& container) {
  ManifestOutcome out{.problem = kForm, .signature_name = {}, .files = {}};
  const auto tree = parse(manifest);
  const xmlNode* root = tree ? xmlDocGetRootElement(tree->get()) : nullptr;
  const xmlNode* reference = is_element(root, "ASiCManifest", kAsicSpace) ? child(root, "SigReference", kAsicSpace) : nullptr;
  const auto entries = children(root, "DataObjectReference", kAsicSpace);
  if (reference == nullptr || entries.empty() || entries.size() + 1 != elements(root).size()) return out;
  out.signature_name = name_of(reference);
  out.problem.reset();
  for (const xmlNode* entry : entries) {
    const auto problem = check_entry(entry, container, out.files);
    if (problem && !out.problem) out.problem = problem;
  }
  return out;
}

}  // namespace myna

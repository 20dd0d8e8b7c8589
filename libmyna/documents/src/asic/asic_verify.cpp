// SPDX-License-Identifier: Apache-2.0
// Verification of ASiC-E containers: each signature file, and that no file of the container is left out.
#include <algorithm>
#include <set>

#include "asic_container.hpp"
#include "asic_manifest.hpp"
#include "myna/documents/asic.hpp"
#include "cms/cms_verify.hpp"
#include "report/checks.hpp"
#include "xml/tree/xml_tree.hpp"

namespace myna {
namespace {

constexpr std::string_view kAsicCode = "container";
constexpr std::size_t kMaxSignatureFiles = 32;

constexpr Text kUnsigned{"there is no signature in this container", "コンテナーに署名がありません"};
constexpr Text kUnknown{"a file below META-INF that belongs to no signature", "META-INFに署名と無関係のファイルがあります"};
constexpr Text kUncovered{"a file of the container is not covered by this signature", "署名対象でないファイルがコンテナーにあります"};
constexpr Text kNoSignatureFile{"the manifest's signature is not in the container", "マニフェストの署名がコンテナーにありません"};
constexpr Text kBadSignatureFile{"a signature file is none", "署名ファイルを読めません"};
constexpr Text kNotDetached{"the signature brings content of its own", "署名に別の内容が含まれています"};
constexpr Text kMany{"too many signatures", "署名が多すぎます"};

XmlSignerReport with_one_check(SignatureCheck check, const std::string& id = {}) {
  XmlSignerReport report;
  report.id = id;
  report.checks = {check};
  return report;
}

bool is_named(const std::string& name, std::string_view part, std::string_view ending) {
  const std::string_view rest = std::string_view(name).substr(std::min(kMetaFolder.size(), name.size()));
  return name.starts_with(kMetaFolder) && rest.find('/') == std::string_view::npos && rest.find(part) != std::string_view::npos &&
         rest.ends_with(ending);
}

// Every data file is covered, and nothing unknown stands beside the signatures.
void judge_container(XmlSignerReport& report, const Container& container, bool odd) {
  bool all = true;
  for (const std::string& name : container.data_files()) all &= std::ranges::find(report.covered, "file:" + name) != report.covered.end();
  const auto coverage = std::ranges::find(report.checks, std::string_view("coverage"), &SignatureCheck::code);
  if (coverage == report.checks.end()) {
    report.checks.push_back(all ? good("coverage") : bad("coverage", kUncovered));
  } else if (!all && coverage->result != CheckResult::bad) {
    *coverage = bad("coverage", kUncovered);
  }
  report.checks.insert(report.checks.begin(), odd ? bad(kAsicCode, kUnknown) : good(kAsicCode));
}

std::vector<XmlSignerReport> verify_xades(const std::string& name, const Container& container, const VerifyOptions& options) {
  XmlVerifyOptions with_files;
  static_cast<VerifyOptions&>(with_files) = options;
  with_files.files = container.opener();
  const Bytes& text = container.entries.at(name);
  const auto tree = xml::parse(text);
  const bool right = tree && xml::is_element(xmlDocGetRootElement(tree->get()), "XAdESSignatures", kAsicSpace);
  auto reports = right || !tree ? verify_xml(*memory_input(text), with_files) : Result<std::vector<XmlSignerReport>>(fail(Errc::malformed));
  if (!reports) return {with_one_check(bad("form", kBadSignatureFile), name)};
  return *std::move(reports);
}

struct Detached {
  Bytes signature;
  bool has_content = false;
};
Result<Detached> read_detached(const Container& container, const std::string& name) {
  MYNA_TRY(const ByteSource source, container.opener()(name));
  MYNA_TRY(const CmsReader reader, CmsReader::read(source, [](ByteView) -> Status { return {}; }));
  return Detached{Bytes(reader.detached().begin(), reader.detached().end()), reader.attached()};
}

std::vector<XmlSignerReport> verify_cades(const std::string& name, const Container& container, const VerifyOptions& options) {
  const Bytes& text = container.entries.at(name);
  const ManifestOutcome manifest = check_manifest(text, container);
  if (!container.entries.contains(manifest.signature_name)) {
    return {with_one_check(bad("form", manifest.problem.value_or(kNoSignatureFile)), name)};
  }
  const auto detached = read_detached(container, manifest.signature_name);
  ContentHashes hashes;
  hashes.update(text);
  hashes.finish();
  const auto signers =
      detached ? verify_cms(detached->signature, hashes, options) : Result<std::vector<SignerReport>>(fail(Errc::malformed));
  if (!signers) return {with_one_check(bad("form", kBadSignatureFile), name)};
  std::vector<XmlSignerReport> reports;
  for (const SignerReport& signer : *signers) {
    XmlSignerReport report = with_one_check(detached->has_content ? bad("form", kNotDetached) : good("form"), manifest.signature_name);
    report.signer = signer.signer;
    report.claimed_time = signer.claimed_time;
    report.stamps = signer.stamps;
    report.checks.push_back(manifest.problem ? bad("references", *manifest.problem) : good("references"));
    report.checks.insert(report.checks.end(), signer.checks.begin(), signer.checks.end());
    for (const std::string& file : manifest.files) report.covered.push_back("file:" + file);
    reports.push_back(std::move(report));
  }
  return reports;
}

// The names below META-INF, by what they are. META-INF/manifest.xml lists media types, container.xml root files: nothing that counts.
struct SignatureFiles {
  std::vector<std::string> xades, manifests;
  bool odd = false;
};
SignatureFiles sort_out(const Container& container) {
  SignatureFiles found;
  std::set<std::string> used;
  for (const auto& [name, content] : container.entries) {
    if (is_named(name, "ASiCManifest", ".xml")) {
      found.manifests.push_back(name);
      used.insert(check_manifest(content, container).signature_name);
    } else if (is_named(name, "signatures", ".xml")) {
      found.xades.push_back(name);
    }
  }
  for (const auto& [name, content] : container.entries) {
    std::string upper = name.substr(0, kMetaFolder.size());
    std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const bool known = is_named(name, "ASiCManifest", ".xml") || is_named(name, "signatures", ".xml") || used.contains(name) ||
                       name == "META-INF/manifest.xml" || name == "META-INF/container.xml";
    found.odd |= upper == kMetaFolder && !known;
  }
  return found;
}

}  // namespace

Result<std::vector<XmlSignerReport>> verify_asic(const DocumentInput& input, const VerifyOptions& options) {
  MYNA_TRY(const Bytes bytes, read_all(input, kMaxContainer));
  MYNA_TRY(const Container container, read_container(bytes));
  if (container.problem) return std::vector{with_one_check(bad(kAsicCode, *container.problem))};
  const SignatureFiles files = sort_out(container);
  if (files.xades.size() + files.manifests.size() > kMaxSignatureFiles) return std::vector{with_one_check(bad(kAsicCode, kMany))};
  std::vector<XmlSignerReport> reports;
  for (const std::string& name : files.xades) std::ranges::move(verify_xades(name, container, options), std::back_inserter(reports));
  for (const std::string& name : files.manifests) std::ranges::move(verify_cades(name, container, options), std::back_inserter(reports));
  if (reports.empty()) return std::vector{with_one_check(bad("signature", kUnsigned))};
  for (XmlSignerReport& report : reports) judge_container(report, container, files.odd);
  return reports;
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// ASiC-E containers to sign: new ones, and one more signature in one that is there.
#include <algorithm>

#include "asic_container.hpp"
#include "asic_manifest.hpp"
#include "myna/documents/asic.hpp"
#include "cms/cms_signature.hpp"
#include "xml/signature/xml_algorithms.hpp"
#include "xml/signature/xml_generator.hpp"
#include "xml/signature/xml_reference.hpp"
#include "xml/tree/xml_mime.hpp"
#include "xml/tree/xml_text.hpp"

namespace myna {
namespace {

using namespace xml;

constexpr std::string_view kSignaturesRoot = "<asic:XAdESSignatures xmlns:asic=\"http://uri.etsi.org/02918/v1.2.1#\"/>";

// Everything that is known when the document is read.
struct Work {
  AsicRequest request;
  InputPtr container;
  OpenNamed files;
  Bytes container_hash;                     // of one that is there
  std::vector<NamedFacts> facts;            // the files to sign
  Plan plan;                                // xades
  Bytes manifest;                           // cades
  std::string signature_name, manifest_name;
};

Result<Bytes> read_file(const OpenNamed& files, const std::string& name) {
  MYNA_TRY(const ByteSource source, files(name));
  return read_all(source, kMaxContainer, Errc::document_unsupported);
}

Result<Bytes> read_existing_container(const Work& work) { return read_all(*work.container, kMaxContainer, Errc::document_unsupported); }

// The container as it will be with these signature files; what was read before must be the same still.
Status write_with(const Work& work, std::vector<NewEntry> entries, std::chrono::sys_seconds time, const ByteSink& out) {
  Bytes before;
  if (work.request.files.empty()) {
    MYNA_TRY(before, read_existing_container(work));
    if (!equal(hash(Digest::sha256, before), work.container_hash)) return fail(Errc::malformed);
  } else {
    std::vector<NewEntry> all;
    for (const NamedFacts& file : work.facts) {
      MYNA_TRY(Bytes content, read_file(work.files, file.name));
      if (!equal(hash(Digest::sha256, content), file.facts.sha256)) return fail(Errc::malformed);
      all.push_back({file.name, std::move(content)});
    }
    std::ranges::move(entries, std::back_inserter(all));
    entries = std::move(all);
  }
  MYNA_TRY(const Bytes zip, write_container(before, entries, time));
  return out(zip);
}

class PendingXades final : public DocumentSignature {
 public:
  PendingXades(Generator generator, const Work& work, std::chrono::sys_seconds time)
      : generator_(std::move(generator)), work_(work), time_(time) {}
  Result<Bytes> digest_info() const override { return generator_.digest_info(); }
  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_CHECK(generator_.complete(signature, work_.request.time_stamper));
    MYNA_TRY(const Tree tree, parse(as_bytes(kSignaturesRoot)));
    xmlAddChild(xmlDocGetRootElement(tree.get()), xmlDocCopyNode(const_cast<xmlNode*>(generator_.signature()), tree.get(), 1));
    MYNA_TRY(Bytes text, serialised(tree));
    return write_with(work_, {{work_.signature_name, std::move(text)}}, time_, out);
  }

 private:
  Generator generator_;
  const Work& work_;
  std::chrono::sys_seconds time_;
};

class PendingCades final : public DocumentSignature {
 public:
  PendingCades(CmsSignature cms, const Work& work, std::chrono::sys_seconds time) : cms_(std::move(cms)), work_(work), time_(time) {}
  Result<Bytes> digest_info() const override { return cms_.digest_info(); }
  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_TRY(Bytes der, cms_.finish(signature, work_.request.time_stamper));
    return write_with(work_, {{work_.manifest_name, work_.manifest}, {work_.signature_name, std::move(der)}}, time_, out);
  }

 private:
  CmsSignature cms_;
  const Work& work_;
  std::chrono::sys_seconds time_;
};

class AsicDocument final : public ReferringDocument {
 public:
  const DocumentFacts& facts() const override { return facts_; }
  const std::vector<NamedFacts>& files() const override { return work_.facts; }
  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    if (work_.request.form == AsicForm::xades) {
      MYNA_TRY(Generator generator, Generator::prepare(work_.plan, identity));
      return std::unique_ptr<DocumentSignature>(std::make_unique<PendingXades>(std::move(generator), work_, identity.signing_time));
    }
    const Bytes manifest_hash = hash(work_.request.digest, work_.manifest);
    MYNA_TRY(CmsSignature cms, CmsSignature::prepare({.signer = identity.signer, .issuer = identity.issuer, .digest = work_.request.digest,
                                                      .content_hash = manifest_hash, .signing_time = identity.signing_time}));
    return std::unique_ptr<DocumentSignature>(std::make_unique<PendingCades>(std::move(cms), work_, identity.signing_time));
  }

  DocumentFacts facts_;
  Work work_;
};

bool is_data_name(const std::string& name) {
  std::string upper = name.substr(0, kMetaFolder.size());
  std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return is_safe_name(name) && upper != kMetaFolder && name != "mimetype";
}

bool is_possible(const AsicRequest& request) {
  auto sorted = request.files;
  std::ranges::sort(sorted);
  const bool unique = std::ranges::adjacent_find(sorted) == sorted.end() && !is_merged(sorted);
  return row_of(request.digest) != nullptr && unique && std::ranges::all_of(request.files, is_data_name);
}

// The first number that no signature of this container has.
void choose_names(Work& work, const Container& container) {
  for (int n = 0;; ++n) {
    const std::string number = n == 0 && work.request.form == AsicForm::cades ? "" : std::to_string(n);
    work.manifest_name = "META-INF/ASiCManifest" + number + ".xml";
    work.signature_name =
        work.request.form == AsicForm::xades ? "META-INF/signatures" + number + ".xml" : "META-INF/signature" + number + ".p7s";
    if (!container.entries.contains(work.signature_name) && !container.entries.contains(work.manifest_name)) return;
  }
}

Status hash_files(Work& work, const std::vector<std::string>& names, const OpenNamed& files) {
  std::vector<ManifestEntry> entries;
  std::uint64_t total = 0;
  for (const std::string& name : names) {
    MYNA_TRY(const Bytes content, read_file(files, name));
    if ((total += content.size()) > kMaxContainer) return fail(Errc::document_unsupported);
    work.facts.push_back({name, {.bytes = content.size(), .pages = {}, .sha256 = hash(Digest::sha256, content)}});
    entries.push_back({name, hash(work.request.digest, content)});
    work.plan.references.push_back({percent_encoded(name), {}, entries.back().digest, mime_type_of(name)});
  }
  if (entries.empty()) return fail(Errc::document_unsupported);
  MYNA_TRY(work.manifest, write_manifest(work.signature_name, entries, work.request.digest));
  return {};
}

Status make_plan(Plan& plan, Digest digest) {
  plan.digest = digest;
  plan.id = random_id();
  plan.xades = true;
  MYNA_TRY(const Tree tree, parse(as_bytes(kSignaturesRoot)));
  MYNA_TRY(plan.context, context_of(xmlDocGetRootElement(tree.get())));
  return {};
}

Status read_existing(AsicDocument& document) {
  Work& work = document.work_;
  MYNA_TRY(const Bytes bytes, read_existing_container(work));
  work.container_hash = hash(Digest::sha256, bytes);
  document.facts_ = {.bytes = bytes.size(), .pages = {}, .sha256 = work.container_hash};
  MYNA_TRY(const Container container, read_container(bytes));
  if (container.problem) return fail(Errc::document_unsupported);
  choose_names(work, container);
  return hash_files(work, container.data_files(), container.opener());
}

}  // namespace

Result<std::unique_ptr<ReferringDocument>> read_asic(InputPtr container, const OpenNamed& files, const AsicRequest& request) {
  if (!is_possible(request)) return fail(Errc::invalid_argument);
  auto document = std::make_unique<AsicDocument>();
  document->work_.request = request;
  document->work_.container = std::move(container);
  document->work_.files = files;
  MYNA_CHECK(make_plan(document->work_.plan, request.digest));
  if (request.files.empty()) {
    MYNA_CHECK(read_existing(*document));
  } else {
    choose_names(document->work_, {});
    MYNA_CHECK(hash_files(document->work_, request.files, files));
    document->facts_ = document->work_.facts.front().facts;
  }
  return std::unique_ptr<ReferringDocument>(std::move(document));
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// XML documents to sign: everything that needs the document is computed when it is read, so that the card waits for nothing.
#include "myna/documents/xml_signature.hpp"

#include <algorithm>
#include <array>

#include "document/hashed_content.hpp"
#include "xml/tree/xml_mime.hpp"
#include "xml/tree/xml_place.hpp"
#include "xml/tree/xml_text.hpp"
#include "xml_algorithms.hpp"
#include "xml_generator.hpp"
#include "xml_reference.hpp"

namespace myna {
namespace {

using namespace xml;

bool is_egov(XmlForm form) { return form == XmlForm::egov || form == XmlForm::egov_files; }
bool is_detached(XmlForm form) { return form == XmlForm::detached || form == XmlForm::touki_drawing; }
bool is_preset(XmlForm form) { return is_egov(form) || form == XmlForm::touki_drawing; }

struct Prepared {
  Plan plan;
  Placement placement;
  TimeStamper* stamper = nullptr;
};

class PendingXml final : public DocumentSignature {
 public:
  PendingXml(Generator generator, const Prepared& prepared, const InputPtr& input, ByteView input_hash)
      : generator_(std::move(generator)), prepared_(prepared), input_(input), input_hash_(input_hash) {}

  Result<Bytes> digest_info() const override { return generator_.digest_info(); }

  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_CHECK(generator_.complete(signature, prepared_.stamper));
    MYNA_TRY(const Bytes input, input_again());
    MYNA_TRY(const Tree tree, open_document(input, prepared_.placement));
    LooseNode copy(xmlDocCopyNode(const_cast<xmlNode*>(generator_.signature()), tree.get(), 1));
    xmlNode* const placed = copy.get();
    MYNA_CHECK(insert(tree, prepared_.placement, input, std::move(copy)));
    MYNA_TRY(const Bytes form, canonical_signed_info(placed, prepared_.plan.exclusive));
    if (!equal(form, generator_.signed_info())) return fail(Errc::malformed);
    MYNA_TRY(const Bytes whole, serialised(tree));
    return out(whole);
  }

 private:
  Result<Bytes> input_again() const {
    if (is_detached(prepared_.placement.form)) return Bytes{};
    MYNA_TRY(Bytes bytes, read_all(*input_, kMaxDocument, Errc::document_unsupported));
    if (!equal(hash(Digest::sha256, bytes), input_hash_)) return fail(Errc::malformed);
    return bytes;
  }

  Generator generator_;
  const Prepared& prepared_;     // of the document, which outlives its signature
  const InputPtr& input_;
  ByteView input_hash_;
};

class XmlDocument final : public ReferringDocument {
 public:
  const DocumentFacts& facts() const override { return facts_; }
  const std::vector<NamedFacts>& files() const override { return files_; }
  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    MYNA_TRY(Generator generator, Generator::prepare(prepared_.plan, identity));
    return std::unique_ptr<DocumentSignature>(std::make_unique<PendingXml>(std::move(generator), prepared_, input_, facts_.sha256));
  }

  DocumentFacts facts_;
  std::vector<NamedFacts> files_;
  Prepared prepared_;
  InputPtr input_;
};

bool is_possible(const XmlRequest& request) {
  const bool named = !request.files.empty();
  const bool needs_files = is_detached(request.form);
  const bool takes_files = needs_files || is_egov(request.form);
  const bool xades = request.xades || request.time_stamper != nullptr;
  if (is_preset(request.form) && (request.digest != Digest::sha256 || request.exclusive || xades)) return false;
  if (request.form == XmlForm::touki_drawing && request.files.size() != 1) return false;
  return row_of(request.digest) != nullptr && (!needs_files || named) && (takes_files || !named) &&
         std::ranges::all_of(request.files, is_safe_name);
}

Status refer_to_files(XmlDocument& document, const OpenNamed& files, const std::vector<std::string>& names, bool raw) {
  for (const std::string& name : names) {
    if (!files || !is_safe_name(name)) return fail(Errc::invalid_argument);
    MYNA_TRY(const ByteSource source, files(name));
    MYNA_TRY(HashedContent hashed, hash_content(source, document.prepared_.plan.digest));
    document.files_.push_back({name, std::move(hashed.facts)});
    document.prepared_.plan.references.push_back({raw ? name : percent_encoded(name), {}, std::move(hashed.hash), mime_type_of(name)});
  }
  return {};
}

// The verdict on every reference inside the document, in order; `fresh` is the signature that is being tried.
std::vector<bool> verdicts(const Tree& tree, const xmlNode* fresh) {
  std::vector<bool> found;
  for (const xmlNode* reference : descendants(xmlDocGetRootElement(tree.get()), "Reference")) {
    if (!is_inside(reference, fresh)) found.push_back(!check_reference(reference, {}).problem);
  }
  return found;
}

// A tree with an empty signature where this one will be.
struct Trial {
  Tree tree;
  xmlNode* signature = nullptr;
};
Result<Trial> try_place(ByteView input, const Prepared& prepared) {
  Trial trial;
  MYNA_TRY(trial.tree, open_document(input, prepared.placement));
  LooseNode signature = new_signature(trial.tree.get(), prepared.plan.prefixed);
  trial.signature = signature.get();
  MYNA_CHECK(insert(trial.tree, prepared.placement, input, std::move(signature)));
  return trial;
}

// The first place where every earlier signature stays as good as it was.
Result<Trial> find_place(ByteView input, Prepared& prepared) {
  MYNA_TRY(const Tree before, open_document(input, prepared.placement));
  const std::vector<bool> verdicts_before = verdicts(before, nullptr);
  for (std::size_t i = 0; i < candidates(before, prepared.placement); ++i) {
    prepared.placement.candidate = i;
    MYNA_TRY(Trial trial, try_place(input, prepared));
    if (verdicts(trial.tree, trial.signature) == verdicts_before) return trial;
  }
  return fail(Errc::document_locked);
}

Status refer_to_document(const Trial& trial, Prepared& prepared, bool escaped) {
  Plan& plan = prepared.plan;
  const std::string_view method = plan.exclusive ? kExclusive : kInclusive;
  Subset subset{trial.tree.get(), nullptr, nullptr};
  PlannedReference reference{.uri = "", .transforms = {method}, .value = {}, .mime_type = "text/xml"};
  if (prepared.placement.form == XmlForm::enveloping) {
    reference.uri = "#" + prepared.placement.object_id;
    subset.apex = child(trial.signature, "Object");
    if (attribute(subset.apex, "Encoding")) reference.mime_type = "application/octet-stream";
  } else if (prepared.placement.form == XmlForm::egov) {
    MYNA_TRY(subset.apex, egov_body(trial.tree));
    reference.uri = "#" + (escaped ? percent_encoded(kEgovBody) : std::string(kEgovBody));
  } else {
    reference.transforms = {kEnveloped, method};
    subset.without = trial.signature;
  }
  if (has_split_text(subset.apex != nullptr ? subset.apex : xmlDocGetRootElement(trial.tree.get()), subset.without)) {
    return fail(Errc::document_unsupported);
  }
  MYNA_TRY(const Bytes form, canonical(subset, {c14n_of(method)->mode}));
  reference.value = hash(plan.digest, form);
  plan.references.insert(plan.references.begin(), std::move(reference));
  return {};
}

Status plan_inside(XmlDocument& document, const OpenNamed& files, const XmlRequest& request, ByteView input) {
  Prepared& prepared = document.prepared_;
  std::vector<std::string> names = request.files;
  if (is_egov(request.form)) {
    MYNA_TRY(const Tree tree, parse(input));
    MYNA_TRY(const xmlNode* const body, egov_body(tree));
    prepared.plan.taken_ids = signature_ids(tree);
    if (names.empty()) names = egov_files(body);
    if (names.empty() && request.form == XmlForm::egov_files) return fail(Errc::document_unsupported);
  }
  MYNA_CHECK(refer_to_files(document, files, names, !request.escaped_uri));
  MYNA_TRY(const Trial trial, find_place(input, prepared));
  if (request.form != XmlForm::egov_files) MYNA_CHECK(refer_to_document(trial, prepared, request.escaped_uri));
  MYNA_TRY(prepared.plan.context, context_of(trial.signature->parent));
  return {};
}

Plan first_plan(const XmlRequest& request) {
  Plan plan;
  plan.digest = request.digest;
  plan.exclusive = request.exclusive;
  plan.xades = request.xades || request.time_stamper != nullptr;
  plan.prefixed = !is_preset(request.form);
  plan.with_issuer = !is_preset(request.form);
  if (!is_egov(request.form)) plan.id = random_id();
  return plan;
}

}  // namespace

Result<std::unique_ptr<ReferringDocument>> read_xml(InputPtr input, const OpenNamed& files, const XmlRequest& request) {
  if (!is_possible(request)) return fail(Errc::invalid_argument);
  auto document = std::make_unique<XmlDocument>();
  document->input_ = std::move(input);
  document->prepared_ = {.plan = first_plan(request), .placement = {.form = request.form, .object_id = random_id()},
                         .stamper = request.time_stamper};
  if (is_detached(request.form)) {
    MYNA_CHECK(refer_to_files(*document, files, request.files, false));
    document->facts_ = document->files_.front().facts;
    MYNA_TRY(document->prepared_.plan.context, context_of(nullptr));
    return std::unique_ptr<ReferringDocument>(std::move(document));
  }
  MYNA_TRY(const Bytes bytes, read_all(*document->input_, kMaxDocument, Errc::document_unsupported));
  document->facts_ = {.bytes = bytes.size(), .pages = {}, .sha256 = hash(Digest::sha256, bytes)};
  MYNA_CHECK(plan_inside(*document, files, request, bytes));
  return std::unique_ptr<ReferringDocument>(std::move(document));
}

}  // namespace myna

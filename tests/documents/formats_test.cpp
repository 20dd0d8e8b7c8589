// SPDX-License-Identifier: Apache-2.0
// Every format through `Document` and its verifier: signed with a test key, verified, tampered with, changed meanwhile, and large.
#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <array>

#include "myna/documents/asic.hpp"
#include "myna/documents/cms.hpp"
#include "myna/documents/jws.hpp"
#include "myna/documents/pdf_signature.hpp"
#include "myna/documents/raw.hpp"
#include "tests/documents/test_signer.hpp"

using namespace myna;
using myna::test::must;
using myna::test::signer;

namespace {

VerifyOptions trusting_the_ca() {
  VerifyOptions options;
  options.trust_anchors = {signer().ca.certificate};
  return options;
}

constexpr std::string_view kLetter = "<letter>I agree.</letter>";
constexpr std::string_view kFile = "letter.xml";

// One page and a cross-reference table (ISO 32000-1, annex H.2).
std::string smallest_pdf() {
  constexpr std::array<std::string_view, 4> kObjects{
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> /Contents 4 0 R >>",
      "<< /Length 22 >>\nstream\nBT (I agree.) Tj ET   \nendstream"};
  std::string text = "%PDF-1.7\n", table = "0000000000 65535 f \n";
  for (std::size_t i = 0; i < kObjects.size(); ++i) {
    const std::string at = std::to_string(text.size());
    table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
    text += std::to_string(i + 1) + " 0 obj\n" + std::string(kObjects.at(i)) + "\nendobj\n";
  }
  return text + "xref\n0 5\n" + table + "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n" + std::to_string(text.size()) + "\n%%EOF\n";
}

using Opened = Result<std::unique_ptr<Document>>;
using Reports = Result<std::vector<SignerReport>>;

OpenNamed only_file(const InputPtr& file) {
  return [file](const std::string&) { return file->open(); };
}

template <typename SomeDocument>
Opened as_document(Result<std::unique_ptr<SomeDocument>> document) {
  MYNA_TRY(auto made, std::move(document));
  return std::unique_ptr<Document>(std::move(made));
}

Reports as_reports(const Result<std::vector<XmlSignerReport>>& reports) {
  if (!reports) return Unexpected(reports.error());
  return std::vector<SignerReport>(reports->begin(), reports->end());
}

template <XmlForm form>
Opened open_as_xml(const InputPtr& content) {
  XmlRequest request;
  request.form = form;
  if (form == XmlForm::detached) request.files = {std::string(kFile)};
  return as_document(read_xml(content, only_file(content), request));
}

Reports verify_as_xml(const InputPtr& signature, const InputPtr& content) {
  XmlVerifyOptions options;
  static_cast<VerifyOptions&>(options) = trusting_the_ca();
  options.files = only_file(content);
  return as_reports(verify_xml(*signature, options));
}

template <AsicForm form>
Opened open_as_asic(const InputPtr& content) {
  AsicRequest request;
  request.form = form;
  request.files = {std::string(kFile)};
  return as_document(read_asic(nullptr, only_file(content), request));
}

template <PdfProfile profile>
Opened open_as_pdf(const InputPtr& content) {
  PdfSignatureOptions options;
  options.profile = profile;
  return open_pdf(content, options);
}

template <bool detached>
Opened open_as_cms(const InputPtr& content) {
  return open_cms(content, {.digest = Digest::sha384, .detached = detached});
}

Reports verify_as_cms(const InputPtr& signature, const InputPtr& content) {
  MYNA_TRY(const SignedCms cms, SignedCms::read(*signature));
  return cms.verify(cms.attached() ? nullptr : content.get(), trusting_the_ca());
}

template <bool jades, bool detached>
Opened open_as_jws(const InputPtr& content) {
  return open_jws(content, {.jades = jades,
                            .detached = detached,
                            .serialization = jades ? JwsSerialization::flattened : JwsSerialization::compact,
                            .content_name = std::string(kFile)});
}

Reports verify_as_jws(const InputPtr& signature, const InputPtr& content) {
  MYNA_TRY(const Jws jws, Jws::read(*signature));
  return jws.verify(jws.attached() ? nullptr : content.get(), trusting_the_ca());
}

Opened open_as_raw(const InputPtr& content) { return open_raw(content, Digest::sha512); }

// A bare value has no verifier: whoever gets it has a certificate and a digest.
Reports verify_as_raw(const InputPtr& signature, const InputPtr& content) {
  MYNA_TRY(const Bytes value, read_all(*signature, 512));
  MYNA_TRY(const Bytes text, read_all(*content, 4096));
  MYNA_TRY(const auto key, certificate_public_key(signer().issued.der));
  MYNA_TRY(const Bytes info, digest_info(Digest::sha512, hash(Digest::sha512, text)));
  SignerReport report;
  report.checks = {{.code = "signature", .result = key->verify_pkcs1(info, value) ? CheckResult::good : CheckResult::bad, .reason = {}}};
  return std::vector{report};
}

struct FormatRow {
  const char* name;
  Opened (*open)(const InputPtr& content);
  Reports (*verify)(const InputPtr& signature, const InputPtr& content);
  std::string_view mark = "I agree";   // the byte there is changed: in the output, or in the content where it is beside
  std::size_t behind = 0;              // so many bytes further
  bool beside = false;                 // the content is not in the output
  bool reads_again = true;             // for finish(), and so sees a content that changed
};

constexpr std::string_view kLetterInBase64Url = "PGxldHRlcj5JIGFncmVl";

constexpr std::array kFormats{
    FormatRow{.name = "cms", .open = open_as_cms<false>, .verify = verify_as_cms},
    FormatRow{.name = "cms, detached", .open = open_as_cms<true>, .verify = verify_as_cms, .beside = true, .reads_again = false},
    FormatRow{.name = "raw", .open = open_as_raw, .verify = verify_as_raw, .beside = true, .reads_again = false},
    FormatRow{.name = "jws", .open = open_as_jws<false, false>, .verify = verify_as_jws, .mark = kLetterInBase64Url},
    FormatRow{.name = "jws, detached", .open = open_as_jws<false, true>, .verify = verify_as_jws, .beside = true},
    FormatRow{.name = "jades", .open = open_as_jws<true, false>, .verify = verify_as_jws, .mark = kLetterInBase64Url},
    FormatRow{.name = "jades, detached", .open = open_as_jws<true, true>, .verify = verify_as_jws, .beside = true},
    FormatRow{.name = "pdf moj", .open = open_as_pdf<PdfProfile::moj>,
              .verify = [](const InputPtr& signature, const InputPtr&) {
                return verify_pdf(*signature, {.certificates = trusting_the_ca(), .moj = true});
              }},
    FormatRow{.name = "pdf pades", .open = open_as_pdf<PdfProfile::pades>,
              .verify = [](const InputPtr& signature, const InputPtr&) {
                return verify_pdf(*signature, {.certificates = trusting_the_ca(), .moj = false});
              }},
    FormatRow{.name = "xml enveloped", .open = open_as_xml<XmlForm::enveloped>, .verify = verify_as_xml},
    FormatRow{.name = "xml enveloping", .open = open_as_xml<XmlForm::enveloping>, .verify = verify_as_xml},
    FormatRow{.name = "xml detached", .open = open_as_xml<XmlForm::detached>, .verify = verify_as_xml, .beside = true,
              .reads_again = false},
    FormatRow{.name = "asic xades", .open = open_as_asic<AsicForm::xades>,
              .verify = [](const InputPtr& container, const InputPtr&) { return as_reports(verify_asic(*container, trusting_the_ca())); },
              .mark = kFile, .behind = kFile.size()},
    FormatRow{.name = "asic cades", .open = open_as_asic<AsicForm::cades>,
              .verify = [](const InputPtr& container, const InputPtr&) { return as_reports(verify_asic(*container, trusting_the_ca())); },
              .mark = kFile, .behind = kFile.size()},
};

Bytes content_for(const FormatRow& row) {
  const std::string text = std::string_view(row.name).starts_with("pdf") ? smallest_pdf() : std::string(kLetter);
  return {as_bytes(text).begin(), as_bytes(text).end()};
}

Result<Bytes> finished(Document& document, bool right_value = true) {
  MYNA_TRY(const auto pending, document.prepare(signer().identity()));
  MYNA_TRY(const Bytes info, pending->digest_info());
  MYNA_TRY(Bytes value, signer().key->sign_pkcs1_payload(info));
  if (!right_value) value[17] ^= 1;
  Bytes output;
  MYNA_CHECK(pending->finish(value, [&output](ByteView piece) -> Status {
    append(output, piece);
    return {};
  }));
  return output;
}

bool are_good(const Reports& reports) {
  return reports && !reports->empty() && std::ranges::all_of(*reports, [](const SignerReport& report) { return report.good(); });
}

Bytes tampered(const FormatRow& row, Bytes bytes) {
  const std::size_t at = as_text(bytes).find(row.mark);
  REQUIRE(at != std::string_view::npos);
  bytes.at(at + row.behind) ^= 1;
  return bytes;
}

// Zeros without end: what is read of it is nowhere.
class LargeInput final : public DocumentInput {
 public:
  explicit LargeInput(std::uint64_t size) : size_(size) {}
  Result<ByteSource> open() const override {
    return ByteSource([left = size_](std::span<Byte> out) mutable -> Result<std::size_t> {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, out.size()));
      std::ranges::fill(out.first(count), Byte{0});
      left -= count;
      return count;
    });
  }
  Result<std::shared_ptr<RandomAccess>> open_random_access() const override { return fail(Errc::storage_failed); }

 private:
  std::uint64_t size_;
};

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("every format: what is signed is good, and what was changed is not") {
  for (const FormatRow& row : kFormats) {
    INFO(row.name);
    const Bytes content = content_for(row);
    const auto document = must(row.open(memory_input(content)));
    CHECK(document->facts().bytes == content.size());
    CHECK(document->facts().sha256 == hash(Digest::sha256, content));
    const Bytes output = must(finished(*document));
    CHECK(are_good(row.verify(memory_input(output), memory_input(content))));
    const Bytes changed = tampered(row, row.beside ? content : output);
    CHECK_FALSE(are_good(row.verify(memory_input(row.beside ? output : changed), memory_input(row.beside ? changed : content))));
  }
}

TEST_CASE("every format: the signer of the report is the one of the certificate") {
  for (const FormatRow& row : kFormats) {
    INFO(row.name);
    if (row.verify == verify_as_raw) continue;
    const Bytes content = content_for(row);
    const Bytes output = must(finished(*must(row.open(memory_input(content)))));
    const auto reports = must(row.verify(memory_input(output), memory_input(content)));
    REQUIRE(reports.size() == 1);
    REQUIRE(reports.front().signer);
    CHECK(reports.front().signer->sha256_fingerprint == must(parse_certificate(signer().issued.der)).sha256_fingerprint);
  }
}

TEST_CASE("every format: a value that does not fit the certificate is no signature") {
  for (const FormatRow& row : kFormats) {
    INFO(row.name);
    const Bytes content = content_for(row);
    const auto output = finished(*must(row.open(memory_input(content))), false);
    REQUIRE_FALSE(output);
    CHECK(output.error().code == Errc::signature_mismatch);
  }
}

TEST_CASE("every format: a content that changed meanwhile is not signed") {
  for (const FormatRow& row : kFormats) {
    INFO(row.name);
    if (!row.reads_again) continue;
    Bytes content = content_for(row);
    const auto document = must(row.open(memory_input(content)));
    content.at(as_text(content).find("I agree")) ^= 1;
    const auto output = finished(*document);
    REQUIRE_FALSE(output);
    CHECK(output.error().code == Errc::malformed);
  }
}

TEST_CASE("a large content streams: CMS and bare signatures do not hold it") {
  constexpr std::uint64_t kLarge = 128 << 20;
  const auto content = std::make_shared<LargeInput>(kLarge);
  must(finished(*must(open_cms(memory_input(as_bytes(kLetter)), {}))));   // what the libraries take once
  const long before = peak_kib();
  for (const auto open : {open_as_cms<true>, open_as_cms<false>, open_as_raw}) {
    const auto document = must(open(content));
    CHECK(document->facts().bytes == kLarge);
    const auto pending = must(document->prepare(signer().identity()));
    std::uint64_t written = 0;
    const Bytes value = must(signer().key->sign_pkcs1_payload(must(pending->digest_info())));
    CHECK(pending->finish(value, [&written](ByteView piece) -> Status { return written += piece.size(), Status{}; }));
    CHECK((open == open_as_cms<false>) == (written > kLarge));
  }
  const Bytes detached = must(finished(*must(open_as_cms<true>(content))));
  CHECK(are_good(verify_as_cms(memory_input(detached), content)));
  CHECK(peak_kib() - before < static_cast<long>(kLarge >> 10) / 4);
}

TEST_CASE("a signature with its content inside takes no other beside it, and one without needs it") {
  const Bytes content = content_for(kFormats.front());
  for (const auto open : {open_as_cms<false>, open_as_cms<true>}) {
    const Bytes output = must(finished(*must(open(memory_input(content)))));
    const SignedCms cms = must(SignedCms::read(*memory_input(output)));
    const InputPtr wrong = cms.attached() ? memory_input(content) : nullptr;
    CHECK(cms.verify(wrong.get(), {}).error().code == Errc::invalid_argument);
  }
}

TEST_CASE("options of JWS that do not go together are found before anybody signs") {
  const InputPtr content = memory_input(as_bytes(kLetter));
  CHECK(open_jws(content, {.digest = Digest::sha512, .pss = true}).error().code == Errc::invalid_argument);
}

// SPDX-License-Identifier: Apache-2.0
// What the tests of PDF signatures drive: a test PKI whose keys are files, signing and verifying by the library, one process a call.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>

#include "libmyna/personalise/src/pki/test_pki.hpp"
#include "myna/core/hex.hpp"
#include "myna/documents/pdf_signature.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

using Arguments = std::vector<std::string>;

Bytes load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void save(const std::string& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// Runs COMMAND HEX-OF-HASH OUT-FILE.
class CommandTimeStamper final : public TimeStamper {
 public:
  explicit CommandTimeStamper(std::string command) : command_(std::move(command)) {}
  Result<Bytes> token(ByteView sha256) override {
    const std::string out = command_ + ".out." + to_hex(sha256).substr(0, 16);
    if (std::system((command_ + ' ' + to_hex(sha256) + ' ' + out).c_str()) != 0) return fail(Errc::timestamp_failed);
    return load(out);
  }

 private:
  std::string command_;
};

int make_pki(const Arguments& arguments) {
  const std::string& directory = arguments.at(0);
  Personalisation what;
  what.issued = now() - std::chrono::hours(24);
  if (arguments.size() > 1) what.holder.name = arguments[1];
  const Issuer ca = must(make_test_ca(Branch::sign, what.issued));
  const IssuedCertificate signer = must(issue_sign_certificate(ca, what));
  save(directory + "/ca.der", ca.certificate);
  save(directory + "/ca.p8", ca.key.pkcs8);
  save(directory + "/signer.der", signer.der);
  save(directory + "/signer.p8", signer.pkcs8);
  return 0;
}

PdfVisible visible_from(const std::string& text) {
  PdfVisible seen;
  if (std::sscanf(text.c_str(), "%u,%lf,%lf,%lf,%lf", &seen.page, &seen.x, &seen.y, &seen.width, &seen.height) != 5) {
    throw std::runtime_error("visible");
  }
  return seen;
}

struct SignCall {
  PdfSignatureOptions options;
  std::unique_ptr<CommandTimeStamper> stamper;
};

SignCall options_from(const Arguments& arguments, std::size_t first) {
  SignCall call;
  std::string picture;
  for (std::size_t i = first; i + 1 < arguments.size(); i += 2) {
    const std::string &key = arguments[i], &value = arguments[i + 1];
    if (key == "--profile") call.options.profile = value == "pades" ? PdfProfile::pades : PdfProfile::moj;
    if (key == "--digest") call.options.digest = digest_by_name(value).value();
    if (key == "--name") call.options.name = value;
    if (key == "--reason") call.options.reason = value;
    if (key == "--location") call.options.location = value;
    if (key == "--contact") call.options.contact = value;
    if (key == "--field") call.options.field = value;
    if (key == "--visible") call.options.visible = visible_from(value);
    if (key == "--picture") picture = value;
    if (key == "--tsa") call.stamper = std::make_unique<CommandTimeStamper>(value);
  }
  if (call.options.visible) call.options.visible->picture = picture;
  call.options.time_stamper = call.stamper.get();
  return call;
}

int failed(const Error& error) {
  std::cout << "error " << describe(error.code).name << " (" << error.where.file << ':' << error.where.line << ")\n";
  return 2;
}

int sign_one(Document& document, const std::string& pki, const std::string& out) {
  const Bytes signer = load(pki + "/signer.der"), issuer = load(pki + "/ca.der");
  const auto key = must(load_private_key(load(pki + "/signer.p8")));
  auto signature = document.prepare({.signer = signer, .issuer = issuer, .signing_time = now()});
  if (!signature) return failed(signature.error());
  const Bytes value = must(key->sign_pkcs1_payload(must((*signature)->digest_info())));
  std::ofstream file(out, std::ios::binary);
  const Status done = (*signature)->finish(value, [&file](ByteView piece) -> Status {
    file.write(reinterpret_cast<const char*>(piece.data()), static_cast<std::streamsize>(piece.size()));
    return file ? Status{} : Status{fail(Errc::storage_failed)};
  });
  if (!done) return failed(done.error());
  return 0;
}

// sign PKI IN OUT [OPTIONS]
int sign(const Arguments& arguments) {
  const SignCall call = options_from(arguments, 3);
  const auto document = open_pdf(file_input(arguments.at(1)), call.options);
  if (!document) return failed(document.error());
  const DocumentFacts& facts = (*document)->facts();
  std::cout << "bytes " << facts.bytes << " pages " << facts.pages.value_or(0) << " sha256 " << to_hex(facts.sha256) << '\n';
  return sign_one(**document, arguments.at(0), arguments.at(2));
}

// batch PKI OUT-DIR IN...: every document is open before the first is signed.
int batch(const Arguments& arguments) {
  std::vector<std::unique_ptr<Document>> documents;
  for (std::size_t i = 2; i < arguments.size(); ++i) documents.push_back(must(open_pdf(file_input(arguments[i]), {})));
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (const int code = sign_one(*documents[i], arguments[0], arguments[1] + '/' + std::to_string(i) + ".pdf"); code != 0) return code;
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::cout << "kib " << usage.ru_maxrss << '\n';
  return 0;
}

// verify FILE [moj] [CA...]: a line for each signature and check; 1 unless everything is good.
int verify(const Arguments& arguments) {
  PdfVerifyOptions options;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "moj") options.moj = true;
    else options.certificates.trust_anchors.push_back(load(arguments[i]));
  }
  const auto reports = verify_pdf(*file_input(arguments.at(0)), options);
  if (!reports) return failed(reports.error());
  bool good = true;
  constexpr const char* kWords[] = {"good", "bad", "not-checked"};
  for (const SignerReport& report : *reports) {
    std::cout << "signature " << (report.good() ? "good" : "bad") << ' ' << (report.signer ? report.signer->subject.text : "-") << ' '
              << (report.claimed_time ? report.claimed_time->time_since_epoch().count() : 0) << '\n';
    for (const SignatureCheck& check : report.checks) {
      std::cout << "check " << check.code << ' ' << kWords[static_cast<int>(check.result)] << ' ' << check.reason.en << '\n';
    }
    good = good && report.good();
  }
  return good ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  const Arguments arguments(argv + std::min(argc, 2), argv + argc);
  if (command == "pki") return make_pki(arguments);
  if (command == "sign") return sign(arguments);
  if (command == "batch") return batch(arguments);
  if (command == "verify") return verify(arguments);
  return 64;
}

// SPDX-License-Identifier: Apache-2.0
// driver COMMAND NAME=VALUE...: signs and verifies documents with keys of the test PKI, for the tests of this folder.
#include "driver.hpp"

#include <chrono>

#include "libmyna/personalise/src/pki/test_pki.hpp"
#include "myna/crypto/pem.hpp"
#include "myna/documents/asic.hpp"

namespace myna::test {
namespace {

std::chrono::sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

const std::map<std::string, XmlForm> kForms{{"enveloped", XmlForm::enveloped},       {"enveloping", XmlForm::enveloping},
                                            {"detached", XmlForm::detached},         {"egov", XmlForm::egov},
                                            {"egov-files", XmlForm::egov_files},     {"touki-drawing", XmlForm::touki_drawing}};

const char* word_of(CheckResult result) {
  return result == CheckResult::good ? "good" : result == CheckResult::bad ? "bad" : "not-checked";
}

XmlVerifyOptions options_of(const Arguments& arguments) {
  XmlVerifyOptions options;
  for (const std::string& file : arguments.every("trust")) options.trust_anchors.push_back(must(der_from_pem(read_file(file))));
  if (arguments.has("at")) options.at = std::chrono::sys_seconds(std::chrono::seconds(std::stoll(arguments.one("at"))));
  if (arguments.has("folder")) options.files = files_below(arguments.one("folder"));
  const auto contents = arguments.every("content");
  if (!contents.empty()) options.files = files_given(std::vector<fs::path>(contents.begin(), contents.end()), options.files);
  options.used_elements = arguments.every("use");
  return options;
}

// 0 when every signature is good, as `myna verify` ends.
int show(const std::vector<XmlSignerReport>& reports) {
  bool all_good = true;
  for (const XmlSignerReport& report : reports) {
    std::cout << "signature " << report.id << '\n';
    for (const std::string& one : report.covered) std::cout << "covered " << one << '\n';
    for (const SignatureCheck& check : report.checks) {
      std::cout << word_of(check.result) << ' ' << check.code << ' ' << check.reason.en << '\n';
    }
    if (report.claimed_time) std::cout << "claimed " << report.claimed_time->time_since_epoch().count() << '\n';
    for (const Stamp& stamp : report.stamps) {
      if (stamp.check.result == CheckResult::good) std::cout << "stamped " << stamp.time->time_since_epoch().count() << '\n';
    }
    all_good &= report.good();
  }
  return all_good && !reports.empty() ? 0 : 1;
}

}  // namespace

void make_pki(const Arguments& arguments) {
  const fs::path folder = arguments.one("pki");
  Personalisation what;
  what.issued = now();
  const Issuer ca = must(make_test_ca(Branch::sign, what.issued));
  write_file(folder / "ca.pem", as_bytes(certificate_pem(ca.certificate)));
  for (const char* number : {"0", "1"}) {
    const IssuedCertificate issued = must(issue_sign_certificate(ca, what));
    write_file(folder / (std::string("signer") + number + ".der"), issued.der);
    write_file(folder / (std::string("signer") + number + ".pem"), as_bytes(certificate_pem(issued.der)));
    write_file(folder / (std::string("signer") + number + ".p8"), issued.pkcs8);
  }
}

void sign_with(Document& document, const Arguments& arguments) {
  const fs::path base = fs::path(arguments.one("pki")) / ("signer" + arguments.one("signer", "0"));
  const Bytes certificate = read_file(base.string() + ".der");
  const Bytes issuer = must(der_from_pem(read_file(base.parent_path() / "ca.pem")));
  const auto key = must(load_private_key(read_file(base.string() + ".p8")));
  const auto time = arguments.has("time") ? std::chrono::sys_seconds(std::chrono::seconds(std::stoll(arguments.one("time")))) : now();
  const auto pending = must(document.prepare({certificate, issuer, time}));
  Bytes output;
  must(pending->finish(must(key->sign_pkcs1_payload(must(pending->digest_info()))), [&output](ByteView piece) -> Status {
    append(output, piece);
    return {};
  }));
  write_file(arguments.one("out"), output);
}

void sign_xml(const Arguments& arguments) {
  OpensslStamper stamper(arguments.one("tsa"));
  XmlRequest request;
  request.form = kForms.at(arguments.one("form", "enveloped"));
  request.digest = *digest_by_name(arguments.one("digest", "sha256"));
  request.exclusive = arguments.has("exclusive");
  request.xades = arguments.has("xades");
  request.escaped_uri = arguments.has("escaped");
  request.files = arguments.every("file");
  if (arguments.has("tsa")) request.time_stamper = &stamper;
  const auto document = must(read_xml(file_input(arguments.one("input")), files_below(arguments.one("folder")), request));
  for (const NamedFacts& file : document->files()) {
    std::cout << "file " << file.name << ' ' << file.facts.bytes << ' ' << to_hex(file.facts.sha256) << '\n';
  }
  sign_with(*document, arguments);
}

void sign_asic(const Arguments& arguments) {
  OpensslStamper stamper(arguments.one("tsa"));
  AsicRequest request;
  request.form = arguments.one("form") == "cades" ? AsicForm::cades : AsicForm::xades;
  request.digest = *digest_by_name(arguments.one("digest", "sha256"));
  request.files = arguments.every("file");
  if (arguments.has("tsa")) request.time_stamper = &stamper;
  const auto document = must(read_asic(file_input(arguments.one("input")), files_below(arguments.one("folder")), request));
  for (const NamedFacts& file : document->files()) {
    std::cout << "file " << file.name << ' ' << file.facts.bytes << ' ' << to_hex(file.facts.sha256) << '\n';
  }
  sign_with(*document, arguments);
}

int verify_asic(const Arguments& arguments) {
  return show(must(myna::verify_asic(*file_input(arguments.one("input")), options_of(arguments))));
}

int verify_xml(const Arguments& arguments) {
  return show(must(myna::verify_xml(*file_input(arguments.one("input")), options_of(arguments))));
}

}  // namespace myna::test

int main(int count, char** words) {
  using namespace myna::test;
  if (count < 2) stop("no command");
  const std::string command = words[1];
  const Arguments arguments(std::vector<std::string>(words + 2, words + count));
  if (command == "pki") return make_pki(arguments), 0;
  if (command == "sign-xml") return sign_xml(arguments), 0;
  if (command == "verify-xml") return verify_xml(arguments);
  if (command == "sign-asic") return sign_asic(arguments), 0;
  if (command == "verify-asic") return verify_asic(arguments);
  stop("no such command");
}

// SPDX-License-Identifier: Apache-2.0
// myna cert show, myna cert export
#include <sys/stat.h>

#include "cli/views/cert_explain.hpp"
#include "cli/files/atomic_file.hpp"
#include "cli/prompts/pin_input.hpp"
#include "myna/crypto/pem.hpp"
#include "myna/use_cases/certificates.hpp"

namespace myna::cli {
namespace {

const CertificateRow& wanted(const Context& context) {
  return certificate_row(my_number_profile(), context.invocation.cert.name);
}

Result<SecretBytes> read_free(Context& context, OpenCard& card, CertificateKind kind) {
  return read_certificate(card.card, {.kind = kind}, context.card_policy());
}

// The availability is asked before anybody types a PIN; with a stored PIN in the same transaction as the VERIFY.
Result<SecretBytes> read_protected(Context& context, OpenCard& card, CertificateKind kind, PinKind opened_by) {
  MYNA_TRY(Pin pin, obtain_pin(context, card, opened_by, kind));
  return read_certificate(card.card, {.kind = kind, .pin = std::move(pin), .insist = context.has_stored_pin()}, context.card_policy());
}

// On a phone the authentication certificate lies behind its PIN (docs/card/phones.md); the plastic card gives it freely.
Result<SecretBytes> read_auth(Context& context, OpenCard& card) {
  auto der = read_free(context, card, CertificateKind::auth);
  if (der || der.error().code != Errc::access_denied) return der;
  return read_protected(context, card, CertificateKind::auth, PinKind::auth);
}

Result<SecretBytes> read_wanted(Context& context, const CertificateRow& row) {
  MYNA_TRY(auto card, open_card(context));
  if (row.kind == CertificateKind::sign) return read_protected(context, card, row.kind, PinKind::sign);
  return row.kind == CertificateKind::auth ? read_auth(context, card) : read_free(context, card, row.kind);
}

Status write(const CertOptions& options, ByteView der, AtomicFile& file) {
  const std::string pem = options.der ? std::string{} : certificate_pem(der);
  MYNA_CHECK(file.write(options.der ? der : as_bytes(pem)));
  return file.commit();
}

// Of the card's certificate: what cannot be parsed is unreadable and named.
Result<CertificateFields> fields_of(const CertificateRow& row, ByteView der) {
  auto fields = parse_certificate(der);
  return fields ? std::move(fields) : Unexpected(about(fields.error(), &row.title));
}

}  // namespace

Exit run_cert_show(Context& context) {
  const CertificateRow& row = wanted(context);
  const auto der = read_wanted(context, row);
  if (!der) return context.output.error(der.error());
  const auto fields = fields_of(row, der->view());
  if (!fields) return context.output.error(fields.error());
  explain_certificate(context.output, row, *fields, std::chrono::system_clock::now());
  return Exit::good;
}

Exit run_cert_export(Context& context) {
  const CertOptions& options = context.invocation.cert;
  const std::string path = options.output.empty() ? "-" : options.output;
  if (wanted(context).kind == CertificateKind::sign) ::umask(077);   // name, address, birth date and sex are nobody else's business
  auto file = AtomicFile::create(path, options.force);
  if (!file) return context.output.error(file.error(), path);
  const CertificateRow& row = wanted(context);
  const auto der = read_wanted(context, row);
  if (!der) return context.output.error(der.error());
  if (const auto fields = fields_of(row, der->view()); !fields) return context.output.error(fields.error());
  if (context.global().json && path == "-") {
    context.output.document()["certificate"] = {{"name", options.name}, {"pem", certificate_pem(der->view())}};
    return Exit::good;
  }
  const Status written = write(options, der->view(), *file);
  if (!written) return context.output.error(written.error(), path);
  context.output.document()["certificate"] = {{"name", options.name}, {"file", path}};
  return Exit::good;
}

}  // namespace myna::cli

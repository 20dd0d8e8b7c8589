// SPDX-License-Identifier: Apache-2.0
// myna cert show, myna cert export
#include <sys/stat.h>

#include "cli/card/cert_explain.hpp"
#include "cli/files/atomic_file.hpp"
#include "cli/terminal/pin_input.hpp"

namespace myna::cli {
namespace {

const CertificateRow& wanted(const Context& context) {
  return certificate_row(my_number_profile(), context.invocation.cert.name);
}

Result<SecretBytes> read_free(OpenCard& card, CertificateKind kind) {
  return in_jpki(card, [kind](JpkiApplication& jpki) { return jpki.certificate(kind); });
}

// The availability is asked before anybody types a PIN; with a stored PIN in the same transaction as the VERIFY.
template <PinKind Kind>
Result<SecretBytes> read_protected(Context& context, OpenCard& card, CertificateKind kind, Precondition precondition) {
  MYNA_TRY(auto pin, obtain_pin<Kind>(context, card, precondition));
  return in_jpki(card, [&](JpkiApplication& jpki) -> Result<SecretBytes> {
    if (context.has_stored_pin()) MYNA_CHECK(precondition(jpki));
    MYNA_CHECK(jpki.learn_extended_length());
    MYNA_CHECK(use_pin(context, card, jpki, std::move(pin)));
    return jpki.certificate(kind);
  });
}

// On a phone the authentication certificate lies behind its PIN (CARD.md 6.1); the plastic card gives it freely.
Result<SecretBytes> read_auth(Context& context, OpenCard& card) {
  auto der = read_free(card, CertificateKind::auth);
  if (der || der.error().code != Errc::access_denied) return der;
  return read_protected<PinKind::auth>(context, card, CertificateKind::auth, require_auth_certificate);
}

Result<SecretBytes> read_wanted(Context& context, const CertificateRow& row) {
  MYNA_TRY(auto card, open_card(context));
  if (row.kind == CertificateKind::sign) {
    return read_protected<PinKind::sign>(context, card, row.kind, require_sign_certificate);
  }
  return row.kind == CertificateKind::auth ? read_auth(context, card) : read_free(card, row.kind);
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

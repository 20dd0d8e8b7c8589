// SPDX-License-Identifier: Apache-2.0
// What operations read, by name.
#include <algorithm>

#include "capi.hpp"
#include "myna/core/dates.hpp"
#ifdef MYNA_WITH_NUMBER
#include "myna/kiosk/kiosk_number.hpp"
#endif

namespace myna::capi {
namespace {

using kiosk::Held;

Bytes bytes_of(std::string_view text) { return {as_bytes(text).begin(), as_bytes(text).end()}; }
SecretBytes copy(ByteView bytes) { return SecretBytes(bytes); }
SecretBytes words(std::string_view text) { return SecretBytes(bytes_of(text)); }
SecretBytes yes_no(bool value) { return words(value ? "yes" : "no"); }

SecretBytes report_text(const AuthenticityReport& report) {
  std::string text;
  for (const ReportLine& line : report.lines()) {
    text += std::string(to_string(line.check)) + '=' + std::string(to_string(line.verdict.proof)) + '\n';
  }
  return words(text);
}

SecretBytes reasons_text(const AuthenticityReport& report) {
  std::string text;
  for (const ReportLine& line : report.lines()) {
    if (line.verdict.reason != Reason::none) {
      text += std::string(to_string(line.check)) + '=' + std::string(to_string(line.verdict.reason)) + '\n';
    }
  }
  return words(text);
}

// auth=3, sign=absent, text=unreadable; "verified" while its count cannot be told.
SecretBytes counters_text(const std::vector<PinCount>& counters) {
  std::string text;
  for (const PinCount& count : counters) {
    text += std::string(pin_row(my_number_profile(), count.row->kind).name) + '=';
    if (!count.status) text += to_string(count.object);
    else text += count.status->remaining() ? std::to_string(*count.status->remaining()) : std::string(to_string(count.status->state()));
    text += '\n';
  }
  return words(text);
}

std::string_view kind_name(CardKind kind) {
  const auto profile = std::ranges::find(card_profiles(), kind, &CardProfile::kind);
  return profile == card_profiles().end() ? "foreign" : (*profile)->name;
}

// Each group is there or not.
const kiosk::Identity* identity(const Held& h) { return h.identity ? &*h.identity : nullptr; }
const CardRecord* record(const Held& h) { return h.identity && h.identity->record ? &*h.identity->record : nullptr; }
const std::vector<PinCount>* counters(const Held& h) { return h.counters.empty() ? nullptr : &h.counters; }
const BasicAttributes* attributes(const Held& h) { return h.attributes && h.attributes->values ? &*h.attributes->values : nullptr; }
const kiosk::Attributes* attributes_report(const Held& h) { return h.attributes ? &*h.attributes : nullptr; }
const CardFace* face(const Held& h) { return h.face && h.face->values ? &*h.face->values : nullptr; }
const kiosk::Face* face_report(const Held& h) { return h.face ? &*h.face : nullptr; }
const SecretBytes* photo(const Held& h) { return h.face && !h.face->photo_png.empty() ? &h.face->photo_png : nullptr; }
#ifdef MYNA_WITH_NUMBER
const kiosk::NumberRead* number_report(const Held& h) { return h.number.get(); }
const MyNumber* number(const Held& h) { return h.number && h.number->value ? &*h.number->value : nullptr; }
#endif
const kiosk::LogIn* log_in(const Held& h) { return h.log_in ? &*h.log_in : nullptr; }
const Age* age(const Held& h) { return h.age ? &*h.age : nullptr; }
const kiosk::Signature* signature(const Held& h) { return h.signature ? &*h.signature : nullptr; }
const kiosk::CertificateRead* certificate(const Held& h) { return h.certificate ? &*h.certificate : nullptr; }
const Renewal* renewal(const Held& h) { return h.renewal ? &*h.renewal : nullptr; }

struct DataRow {
  std::string_view name;
  std::optional<SecretBytes> (*get)(const Held&);
};

// DATA("name", group, expression over `x`): nothing when the group was not read.
#define DATA(name, group, expression)                                                      \
  DataRow {                                                                                \
    name, [](const Held& held) -> std::optional<SecretBytes> {                             \
      if (const auto* x = group(held)) return std::optional<SecretBytes>(expression);      \
      return std::nullopt;                                                                 \
    }                                                                                      \
  }

const DataRow kData[] = {
    DATA("pseudonym", identity, words(x->pseudonym)),
    DATA("kind", identity, words(kind_name(x->kind))),
    DATA("card-expiry", record, words(x->expiry)),
    DATA("municipality", record, words(x->municipality_code)),
    DATA("counters", counters, counters_text(*x)),
    DATA("name", attributes, copy(x->name.view())),
    DATA("address", attributes, copy(x->address.view())),
    DATA("birth-date", attributes, copy(x->birth_date.view())),
    DATA("sex", attributes, words(to_string(x->sex))),
    DATA("attributes-report", attributes_report, report_text(x->report)),
    DATA("attributes-reasons", attributes_report, reasons_text(x->report)),
    DATA("attributes-genuine", attributes_report, words(to_string(x->report.verdict().proof))),
    DATA("photo", photo, copy(x->view())),
    DATA("face-name", face, copy(x->name_png.view())),
    DATA("face-address", face, copy(x->address_png.view())),
    DATA("face-birth-date", face, copy(x->birth_date.view())),
    DATA("face-expiry", face, copy(x->expiry.view())),
    DATA("face-report", face_report, report_text(x->report)),
    DATA("face-reasons", face_report, reasons_text(x->report)),
    DATA("face-genuine", face_report, words(to_string(x->report.verdict().proof))),
#ifdef MYNA_WITH_NUMBER
    DATA("number", number, copy(x->digits())),
    DATA("number-report", number_report, report_text(x->report)),
    DATA("number-reasons", number_report, reasons_text(x->report)),
    DATA("number-genuine", number_report, words(to_string(x->report.verdict().proof))),
#endif
    DATA("log-in-certificate", log_in, copy(x->certificate.view())),
    DATA("log-in-issuer", log_in, copy(x->issuer.view())),
    DATA("log-in-signature", log_in, copy(x->signature)),
    DATA("log-in-chain", log_in, words(to_string(x->chain.proof))),
    DATA("old-enough", age, yes_no(x->old_enough)),
    DATA("age-genuine", age, words(to_string(x->genuine.proof))),
    DATA("age-reason", age, words(to_string(x->genuine.reason))),
    DATA("signature", signature, copy(x->value)),
    DATA("signature-certificate", signature, copy(x->certificate.view())),
    DATA("signature-chain", signature, words(to_string(x->chain.proof))),
    DATA("certificate", certificate, copy(x->der.view())),
    DATA("certificate-until", renewal, words(digits_of(day_in_japan(x->certificate_until)))),
    DATA("card-until", renewal, words(digits_of(x->card_until))),
    DATA("days-left", renewal, words(std::to_string(x->days_left))),
    DATA("renewal-due", renewal, yes_no(x->due)),
    DATA("link", renewal, words(x->link)),
};
#undef DATA

}  // namespace

Result<SecretBytes> data_of(const Held& held, std::string_view name) {
  const auto row = std::ranges::find(kData, name, &DataRow::name);
  if (row == std::end(kData)) return fail(Errc::invalid_argument);
  auto value = row->get(held);
  if (!value) return fail(Errc::file_absent);
  return *std::move(value);
}

}  // namespace myna::capi

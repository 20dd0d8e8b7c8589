// SPDX-License-Identifier: Apache-2.0
#include "myna/personalise/personalise.hpp"

#include <algorithm>
#include <future>

#include "files/application_builder.hpp"
#include "files/common_files.hpp"
#include "files/surface_files.hpp"
#include "files/text_files.hpp"
#include "myna/core/hex.hpp"
#include "myna/core/utf8.hpp"
#include "myna/crypto/crypto.hpp"
#include "pki/test_pki.hpp"
#include "pki/validity.hpp"

namespace myna {
namespace {

constexpr int kSignatureAge = 15;   // under 15 no signature certificate is issued (docs/card/certificates.md)
constexpr Byte kPresent = 0x8F;     // EF 0008 (docs/card/jpki.md, "Which certificates there are")

// T=1, historical bytes with country code 392 (docs/card/transport.md, "ATR with contacts").
constexpr auto kAtr = hex("3BDA13FF8131FB468012392F31C173C601C03B");
// T=1 without historical bytes: any other card.
constexpr auto kForeignAtr = hex("3B80800101");
constexpr auto kForeignAid = hex("A000000000DEAD01");

// CK_TOKEN_INFO behind the names: flags, sessions, PIN lengths, memory, versions "03" "01", utcTime (docs/card/jpki.md).
constexpr auto kTokenInfoTail = hex(
    "0000040D" "00000001" "00000000" "00000001" "00000000" "00000010" "00000006"
    "FFFFFFFF" "FFFFFFFF" "FFFFFFFF" "FFFFFFFF" "3033" "3031" "39393939393939393939393939393939");

void append_padded(Bytes& to, std::string_view text, std::size_t width) {
  append(to, as_bytes(text.substr(0, width)));
  to.resize(to.size() + width - std::min(width, text.size()), ' ');
}

Bytes token_information(const CardProfile& profile) {
  Bytes file;
  append_padded(file, profile.token_label, 32);
  append_padded(file, "00000000000000000000000000000001", 32);
  append_padded(file, "MYNAVIRTUAL", 16);
  append_padded(file, random_digits(16), 16);
  append(file, kTokenInfoTail);
  return file;
}

const CardProfile* profile_of(CardKind kind) {
  const auto profiles = card_profiles();
  const auto found = std::ranges::find(profiles, kind, &CardProfile::kind);
  return found == profiles.end() ? nullptr : *found;
}

bool is_text_within(std::string_view text, std::size_t max_bytes) {
  return !text.empty() && text.size() <= max_bytes && is_printable_utf8(text);
}

bool are_digits(std::string_view text, std::size_t count) {
  return text.size() == count && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Lengths that keep a certificate within what short reads with 15-bit offsets reach, far above any real one.
Status check_holder(const Holder& holder) {
  const bool texts = is_text_within(holder.name, 300) && is_text_within(holder.address, 600) &&
                     is_text_within(holder.prefecture, 64) && is_text_within(holder.municipality, 64);
  const bool code = are_digits(holder.municipality_code, 5) && are_digits(holder.security_code, 4) &&
                    checked_pin(PinKind::text_code_a, holder.my_number).has_value();
  const bool sex = std::string_view("0129").find(holder.sex) != std::string_view::npos;
  if (!texts || !code || !sex || !holder.birth_date.ok()) return fail(Errc::invalid_argument);
  return {};
}

struct BranchContent {
  Bytes ca;
  std::optional<IssuedCertificate> certificate;
};

Result<BranchContent> make_branch(Branch branch, const Personalisation& what, bool with_certificate) {
  MYNA_TRY(const Issuer ca, make_test_ca(branch, what.issued));
  BranchContent content{.ca = ca.certificate, .certificate = {}};
  if (!with_certificate) return content;
  auto issued = branch == Branch::auth ? issue_auth_certificate(ca, what) : issue_sign_certificate(ca, what);
  if (!issued) return Unexpected(issued.error());
  content.certificate = *std::move(issued);
  return content;
}

std::vector<FileId> opened_by(const CardProfile& profile, const CertificateRow& row) {
  if (!row.read_pin) return {};
  return {pin_row(profile, *row.read_pin).file};
}

void add_branch(ImageApplication& jpki, const CardProfile& profile, BranchContent content, CertificateKind ca,
                const KeyRow& key) {
  jpki.files.push_back({.file = certificate_row(profile, ca).file, .content = std::move(content.ca), .opened_by = {}});
  if (!content.certificate) return;
  const CertificateRow& row = certificate_row(profile, key.certificate);
  jpki.files.push_back({.file = row.file, .content = content.certificate->der, .opened_by = opened_by(profile, row)});
  jpki.keys.push_back({.file = key.file, .pkcs8 = content.certificate->pkcs8, .pin = pin_row(profile, key.pin).file});
}

void add_pin(ImageApplication& jpki, const PinRow& row, std::string value) {
  jpki.pins.push_back({.file = row.file, .value = std::move(value), .maximum = row.tries, .remaining = row.tries});
}

Result<ImageApplication> make_jpki(const Personalisation& what, const CardProfile& profile) {
  const bool old_enough = age_at(what.issued, what.holder.birth_date) >= kSignatureAge;
  const bool with_sign = what.with_sign_certificate && old_enough;
  MYNA_TRY(std::string auth_pin, checked_pin(PinKind::auth, what.auth_pin));
  MYNA_TRY(std::string sign_password, checked_pin(PinKind::sign, what.sign_password));
  auto sign_future = std::async(std::launch::async, [&] { return make_branch(Branch::sign, what, with_sign); });
  auto auth = make_branch(Branch::auth, what, what.with_auth_certificate);
  auto sign = sign_future.get();
  if (!auth) return Unexpected(auth.error());
  if (!sign) return Unexpected(sign.error());
  ImageApplication jpki{.aid = Bytes(aid::kJpki.begin(), aid::kJpki.end()), .files = {}, .pins = {}, .keys = {}};
  jpki.files.push_back({.file = profile.token_information, .content = token_information(profile), .opened_by = {}});
  const Bytes held{with_sign ? kPresent : Byte{0}, what.with_auth_certificate ? kPresent : Byte{0}, 0x00};
  jpki.files.push_back({.file = profile.availability, .content = held, .opened_by = {}});
  add_branch(jpki, profile, *std::move(sign), CertificateKind::sign_ca, key_row(profile, KeyKind::sign));
  add_branch(jpki, profile, *std::move(auth), CertificateKind::auth_ca, key_row(profile, KeyKind::auth));
  add_pin(jpki, pin_row(profile, PinKind::auth), std::move(auth_pin));
  add_pin(jpki, pin_row(profile, PinKind::sign), std::move(sign_password));
  return jpki;
}

template <typename T>
Status status_of(const Result<T>& result) {
  return result ? Status{} : Status{Unexpected(result.error())};
}

ImageApplication empty_application(ByteView name) {
  return {.aid = Bytes(name.begin(), name.end()), .files = {}, .pins = {}, .keys = {}};
}

// Everything but JPKI; a phone has only that (assumption, docs/card/phones.md).
Status add_resident_applications(const Personalisation& what, CardImage& image) {
  auto text = std::async(std::launch::async, [&] { return make_text_application(what); });
  auto common = make_common_applications(what, image.atr);
  auto pictures = draw_face(what);
  auto surface = pictures ? make_surface_application(what, *pictures) : Result<ImageApplication>(Unexpected(pictures.error()));
  auto text_made = text.get();
  for (const Status& made : {status_of(text_made), status_of(common), status_of(surface)}) MYNA_CHECK(made);
  image.applications.front() = std::move(common->issuer_domain);
  for (ImageApplication* application : {&*text_made, &*surface, &common->juki, &common->common}) {
    image.applications.push_back(std::move(*application));
  }
  image.originals = {{"photo.png", pictures->photo_png}, {"photo.jp2", pictures->photo_jp2}, {"name.png", pictures->name_png},
                     {"address.png", pictures->address_png}, {"number.png", pictures->number_png}};
  return {};
}

}  // namespace

Result<CardImage> personalise(const Personalisation& what) {
  MYNA_CHECK(check_holder(what.holder));
  CardImage image{.kind = "foreign", .atr = Bytes(kForeignAtr.begin(), kForeignAtr.end()), .dialect = what.dialect,
                  .applications = {empty_application(aid::kIssuerDomain)}};
  const CardProfile* profile = profile_of(what.kind);
  if (profile == nullptr) {
    image.applications.push_back(empty_application(kForeignAid));
    return image;
  }
  MYNA_TRY(ImageApplication jpki, make_jpki(what, *profile));
  image.kind = profile->name;
  image.atr.assign(kAtr.begin(), kAtr.end());
  image.applications.push_back(std::move(jpki));
  if (what.kind == CardKind::my_number) MYNA_CHECK(add_resident_applications(what, image));
  if (what.kind == CardKind::juki) image.applications.push_back(empty_application(aid::kJuki));
  return image;
}

}  // namespace myna

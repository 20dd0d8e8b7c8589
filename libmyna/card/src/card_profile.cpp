// SPDX-License-Identifier: Apache-2.0
// Every card this library knows, row by row. Facts: docs/card/jpki.md (files, labels), pins.md and phones.md there.
#include "myna/card/card_profile.hpp"

#include <algorithm>
#include <stdexcept>

namespace myna {
namespace {

constexpr std::array kJpkiPins{
    PinRow{.kind = PinKind::auth, .name = "auth", .title = {"authentication PIN", "利用者証明用電子証明書の暗証番号"},
           .application = aid::kJpki, .file = 0x0018, .min_length = 4, .max_length = 4, .alphabet = Alphabet::digits, .tries = 3,
           .kiosk_unblock = false},
    PinRow{.kind = PinKind::sign, .name = "sign", .title = {"signature password", "署名用電子証明書の暗証番号"},
           .application = aid::kJpki, .file = 0x001B, .min_length = 6, .max_length = 16, .alphabet = Alphabet::upper_alphanumeric,
           .tries = 5,
           .kiosk_unblock = true},
};

// Numbers printed on the card; ten tries (docs/card/pins.md; of the birth date key unknown).
constexpr PinRow code_row(PinKind kind, std::string_view name, Text title, ByteView application, FileId file, std::uint8_t digits) {
  return {.kind = kind, .name = name, .title = title, .application = application, .file = file, .min_length = digits,
          .max_length = digits, .alphabet = Alphabet::digits, .tries = 10, .kiosk_unblock = false, .check_digit = digits == 12};
}

// The plastic card holds the resident's data and the card face as well (docs/card/pins.md, "Table").
constexpr std::array kCardPins{
    kJpkiPins[0], kJpkiPins[1],
    PinRow{.kind = PinKind::text, .name = "text", .title = {"PIN of the resident's data", "券面事項入力補助用の暗証番号"},
           .application = aid::kText, .file = 0x0011, .min_length = 4, .max_length = 4, .alphabet = Alphabet::digits,
           .tries = 3, .kiosk_unblock = false},
    code_row(PinKind::text_code_a, "text-code-a", {"code A of the resident's data (個人番号)", "券面事項入力補助APの照合番号A（個人番号）"},
             aid::kText, 0x0014, 12),
    code_row(PinKind::text_code_b, "text-code-b", {"code B of the resident's data", "券面事項入力補助APの照合番号B"}, aid::kText, 0x0015, 14),
    code_row(PinKind::face_code_a, "face-code-a", {"code A of the card face (個人番号)", "券面事項確認APの照合番号A（個人番号）"},
             aid::kSurface, 0x0013, 12),
    code_row(PinKind::face_code_b, "face-code-b", {"code B of the card face", "券面事項確認APの照合番号B"}, aid::kSurface, 0x0012, 14),
    code_row(PinKind::face_birth, "face-birth", {"birth date key of the card face", "券面事項確認APの生年月日"}, aid::kSurface, 0x0011, 6),
    PinRow{.kind = PinKind::juki, .name = "juki", .title = {"PIN of the resident register", "住民基本台帳用の暗証番号"},
           .application = aid::kJuki, .file = 0x001C, .min_length = 4, .max_length = 4, .alphabet = Alphabet::digits,
           .tries = 3, .kiosk_unblock = false},
};

constexpr CertificateRow kSignCertificate{.kind = CertificateKind::sign, .name = "sign",
    .title = {"signature certificate", "署名用電子証明書"}, .file = 0x0001, .read_pin = PinKind::sign};
constexpr CertificateRow kAuthCa{.kind = CertificateKind::auth_ca, .name = "auth-ca",
    .title = {"CA of the authentication certificate", "利用者証明用認証局の証明書"}, .file = 0x000B, .read_pin = {}};
constexpr CertificateRow kSignCa{.kind = CertificateKind::sign_ca, .name = "sign-ca",
    .title = {"CA of the signature certificate", "署名用認証局の証明書"}, .file = 0x0002, .read_pin = {}};

constexpr CertificateRow auth_certificate(std::optional<PinKind> read_pin) {
  return {.kind = CertificateKind::auth, .name = "auth",
          .title = {"authentication certificate", "利用者証明用電子証明書"}, .file = 0x000A, .read_pin = read_pin};
}

constexpr std::array kCardCertificates{auth_certificate({}), kSignCertificate, kAuthCa, kSignCa};
constexpr std::array kPhoneCertificates{auth_certificate(PinKind::auth), kSignCertificate, kAuthCa, kSignCa};

constexpr std::array kKeys{
    KeyRow{.kind = KeyKind::auth, .name = "auth", .file = 0x0017, .pin = PinKind::auth,
           .certificate = CertificateKind::auth, .form = kRsa2048},
    KeyRow{.kind = KeyKind::sign, .name = "sign", .file = 0x001A, .pin = PinKind::sign,
           .certificate = CertificateKind::sign, .form = kRsa2048},
};

constexpr CardProfile profile(CardKind kind, std::string_view name, std::string_view label, Text title,
                              std::span<const PinRow> pins, std::span<const CertificateRow> certificates) {
  return {.kind = kind, .name = name, .token_label = label, .title = title,
          .token_information = 0x0006, .availability = 0x0008, .pins = pins,
          .certificates = certificates, .keys = kKeys};
}

constexpr CardProfile kMyNumber = profile(CardKind::my_number, "my-number", "JPKIAPICCTOKEN2",
                                          {"My Number card", "マイナンバーカード"}, kCardPins, kCardCertificates);
constexpr CardProfile kAndroid = profile(CardKind::phone_android, "phone-android", "JPKIAPGPSETOKEN",
                                         {"Android phone", "Android スマートフォン"}, kJpkiPins, kPhoneCertificates);
constexpr CardProfile kIos = profile(CardKind::phone_ios, "phone-ios", "JPKIAPIOSTOKEN", {"iPhone", "iPhone"},
                                     kJpkiPins, kPhoneCertificates);
constexpr CardProfile kJuki = profile(CardKind::juki, "juki", "JPKIAPICCTOKEN",
                                      {"Basic Resident Register card", "住民基本台帳カード"}, kJpkiPins, kCardCertificates);

constexpr std::array<const CardProfile*, 4> kProfiles{&kMyNumber, &kAndroid, &kIos, &kJuki};

template <typename Row, typename Column, typename Value>
constexpr const Row* find_row(std::span<const Row> rows, Column Row::*column, const Value& value) noexcept {
  const auto found = std::ranges::find(rows, value, column);
  return found == rows.end() ? nullptr : &*found;
}

template <typename Row>
const Row& existing(const Row* row) {
  if (row == nullptr) throw std::out_of_range("a row that the card profile does not have");
  return *row;
}

consteval bool keys_are_whole(const CardProfile& profile) {
  return std::ranges::all_of(std::array{KeyKind::auth, KeyKind::sign}, [&](KeyKind kind) {
    const KeyRow* key = find_row(profile.keys, &KeyRow::kind, kind);
    return key != nullptr && find_row(profile.pins, &PinRow::kind, key->pin) != nullptr &&
           find_row(profile.certificates, &CertificateRow::kind, key->certificate) != nullptr;
  });
}
static_assert(keys_are_whole(kMyNumber) && keys_are_whole(kAndroid) && keys_are_whole(kIos) && keys_are_whole(kJuki));

}  // namespace

const CardProfile& my_number_profile() noexcept { return kMyNumber; }

std::span<const CardProfile* const> card_profiles() noexcept { return kProfiles; }

const CardProfile* profile_by_label(std::string_view trimmed_label) noexcept {
  const auto found = std::ranges::find(kProfiles, trimmed_label, &CardProfile::token_label);
  return found == kProfiles.end() ? nullptr : *found;
}

const PinRow* find_pin(const CardProfile& profile, std::string_view name) noexcept { return find_row(profile.pins, &PinRow::name, name); }
const CertificateRow* find_certificate(const CardProfile& profile, std::string_view name) noexcept {
  return find_row(profile.certificates, &CertificateRow::name, name);
}

const PinRow& pin_row(const CardProfile& profile, PinKind kind) { return existing(find_row(profile.pins, &PinRow::kind, kind)); }
const PinRow& pin_row(const CardProfile& profile, std::string_view name) { return existing(find_pin(profile, name)); }
const CertificateRow& certificate_row(const CardProfile& profile, CertificateKind kind) {
  return existing(find_row(profile.certificates, &CertificateRow::kind, kind));
}
const CertificateRow& certificate_row(const CardProfile& profile, std::string_view name) {
  return existing(find_certificate(profile, name));
}
const KeyRow& key_row(const CardProfile& profile, KeyKind kind) { return existing(find_row(profile.keys, &KeyRow::kind, kind)); }

}  // namespace myna

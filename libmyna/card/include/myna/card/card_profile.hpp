// SPDX-License-Identifier: Apache-2.0
// What differs between cards, as data: application identifiers, files, PIN rules, key type. Code never names a
// file id; the next card is a new profile (docs/card/phones.md, "The next card").
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "myna/core/bytes.hpp"
#include "myna/core/error.hpp"
#include "myna/core/hex.hpp"

namespace myna {

using FileId = std::uint16_t;

// docs/card/aids.md, "AIDs"
namespace aid {
inline constexpr auto kJpki = hex("D392F000260100000001");          // 公的個人認証AP
inline constexpr auto kText = hex("D3921000310001010408");          // 券面事項入力補助AP
inline constexpr auto kSurface = hex("D3921000310001010402");       // 券面事項確認AP
inline constexpr auto kJuki = hex("D3921000310001010401");          // 住基AP
inline constexpr auto kCommon = hex("D3921000310001010100");        // 共通カードAP
inline constexpr auto kIssuerDomain = hex("A0000001510000");        // GlobalPlatform issuer security domain

// What to select so that no PIN stays verified, the best first.
inline constexpr std::array<ByteView, 2> kPinsEnd{ByteView(kIssuerDomain), ByteView(kText)};
}  // namespace aid

enum class CardKind : std::uint8_t { my_number, phone_android, phone_ios, juki, foreign };
enum class PinKind : std::uint8_t {
  auth, sign, text, text_code_a, text_code_b, face_code_a, face_code_b, face_birth, juki,
  municipal   // of an application that no profile knows
};
enum class CertificateKind : std::uint8_t { auth, sign, auth_ca, sign_ca };
enum class KeyKind : std::uint8_t { auth, sign };
enum class KeyType : std::uint8_t { rsa2048 };
enum class Alphabet : std::uint8_t { digits, upper_alphanumeric };

struct PinRow {
  PinKind kind;
  std::string_view name;        // as the command line names it
  Text title;                   // as the municipal office names it
  ByteView application;         // the AID under which its file lies
  FileId file;
  std::uint8_t min_length;      // characters, all ASCII
  std::uint8_t max_length;
  Alphabet alphabet;
  std::uint8_t tries;           // maximum; docs/card/pins.md, "Table"
  bool kiosk_unblock;           // a convenience-store kiosk can reset it when the auth PIN is known
  bool check_digit = false;     // the last digit is the one of a 個人番号, so a slip of the finger costs no try
};

struct CertificateRow {
  CertificateKind kind;
  std::string_view name;
  Text title;
  FileId file;
  std::optional<PinKind> read_pin;
};

// What follows from the kind of a key. Each layer that reserves room or checks a length asks here.
struct KeyForm {
  KeyType type;
  std::uint16_t bits;
  std::uint16_t signature_bytes;
  std::uint16_t input_bytes;   // the longest that the card signs
};
// PKCS#1 v1.5 takes eleven bytes of its block (RFC 8017, 9.2).
inline constexpr KeyForm kRsa2048{.type = KeyType::rsa2048, .bits = 2048, .signature_bytes = 256, .input_bytes = 256 - 11};

struct KeyRow {
  KeyKind kind;
  std::string_view name;
  FileId file;
  PinKind pin;
  CertificateKind certificate;
  KeyForm form;
};

struct CardProfile {
  CardKind kind;
  std::string_view name;          // as JSON names it: my-number, phone-android, phone-ios, juki
  std::string_view token_label;   // EF 0006, trimmed
  Text title;
  FileId token_information;
  FileId availability;
  std::span<const PinRow> pins;
  std::span<const CertificateRow> certificates;
  std::span<const KeyRow> keys;
};

// The plastic card of today: what is assumed until EF 0006 says otherwise.
const CardProfile& my_number_profile() noexcept;
// Every profile, the plastic card first.
std::span<const CardProfile* const> card_profiles() noexcept;
// nullptr for a label that no profile carries.
const CardProfile* profile_by_label(std::string_view trimmed_label) noexcept;

// By the name of the command line; nullptr when the profile has none of it.
const PinRow* find_pin(const CardProfile& profile, std::string_view name) noexcept;
const CertificateRow* find_certificate(const CardProfile& profile, std::string_view name) noexcept;

// The row that must be there: every profile has its certificates and keys with their PINs, the plastic card every PIN but `municipal`. A
// missing one is a bug of the caller: std::out_of_range.
const PinRow& pin_row(const CardProfile& profile, PinKind kind);
const PinRow& pin_row(const CardProfile& profile, std::string_view name);
const CertificateRow& certificate_row(const CardProfile& profile, CertificateKind kind);
const CertificateRow& certificate_row(const CardProfile& profile, std::string_view name);
const KeyRow& key_row(const CardProfile& profile, KeyKind kind);

}  // namespace myna

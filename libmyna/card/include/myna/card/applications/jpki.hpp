// SPDX-License-Identifier: Apache-2.0
// 公的個人認証AP (JPKI application): token information, certificates, counters, PIN verification, signatures.
#pragma once

#include <string>

#include "myna/card/card_object.hpp"
#include "myna/card/card_transaction.hpp"
#include "myna/card/pin.hpp"

namespace myna {

// EF 0006, a serialised CK_TOKEN_INFO of 160 bytes (docs/card/jpki.md); blanks and NULs trimmed. ASCII; other bytes
// are shown as '?'. All empty while unknown.
struct TokenInformation {
  std::string label;          // at most 32 bytes
  std::string manufacturer;   // at most 32
  std::string model;          // at most 16
  std::string serial;         // at most 16
};

// Errc::malformed for fewer than 96 bytes, or when the label is no text.
Result<TokenInformation> parse_token_information(ByteView file);

// EF 0008: which certificates the card holds (docs/card/jpki.md). Unknown where it is silent: a card may lack EF 0008, or one of its files
// although EF 0008 says nothing about it.
struct Availability {
  Known sign = Known::unknown;
  Known auth = Known::unknown;
};

// Issuer and serial number of the authentication certificate, from its first bytes: the same card, or another.
struct CardIdentity {
  Bytes issuer_and_serial;
  bool operator==(const CardIdentity&) const = default;
};

// Exists only after a successful SELECT and lives inside one transaction.
class JpkiApplication {
 public:
  // Errors: card_foreign (6A82), those of CardTransaction.
  static Result<JpkiApplication> select(CardTransaction& transaction,
                                        const CardProfile& profile = my_number_profile());

  Result<TokenInformation> token_information();
  // Fails only where the link does.
  Result<Availability> availability();
  // Without a PIN: whether the file is there and begins as a certificate does. Fails only where the link does.
  Result<ObjectState> certificate_state(CertificateKind kind);
  // Of the auth and sign certificates: as EF 0008 says, and where it says nothing, by asking for the file.
  Result<bool> holds(CertificateKind kind);
  Result<CardIdentity> identity();

  // The DER of a certificate, ended where its header says. Errors: certificate_absent, access_denied (verify the
  // PIN of its row first), malformed.
  Result<SecretBytes> certificate(CertificateKind kind);

  // Makes extended Le known before a VERIFY, by reading a free file longer than 256 bytes that way: one command, and
  // only where extended length is wanted and not known yet.
  Status learn_extended_length();

  // The counter, without spending a try and without changing the card's state.
  Result<PinStatus> pin_status(PinKind kind);

  // One VERIFY (docs/decisions/one-verify-per-request.md). Errors: those of may_try, pin_refused_before, pin_wrong (with
  // tries_left), pin_blocked, invalid_argument (a PIN of another application), those of CardTransaction. The PIN is open until the
  // transaction ends.
  Status verify(const Pin& pin, const TryPolicy& policy, RefusedPins& refused);

  // PKCS#1 v1.5 over a complete DigestInfo, as long as the form of the key allows. The PIN of the key must be open.
  // Errors: access_denied, invalid_argument (length), unexpected_status, key_unsupported (the signature of another kind of key), malformed.
  Result<Bytes> sign(KeyKind key, ByteView digest_info);

  // PSS over a SHA-256 hash of 32 bytes, with MGF1-SHA-256 and a salt that the card chooses (docs/card/jpki.md; one source).
  // Errors as above; unexpected_status (6A86) from a card without it.
  Result<Bytes> sign_pss(KeyKind key, ByteView sha256);

  const CardProfile& profile() const noexcept { return *profile_; }
  // After EF 0006 named another kind of card.
  void use_profile(const CardProfile& profile) noexcept { profile_ = &profile; }

 private:
  JpkiApplication(CardTransaction& transaction, const CardProfile& profile)
      : transaction_(&transaction), profile_(&profile) {}
  Result<Bytes> sign_by(Byte scheme, KeyKind key, ByteView data);
  Result<ResponseApdu> sign_command(const KeyRow& row, Byte scheme, ByteView data);

  CardTransaction* transaction_;
  const CardProfile* profile_;
};

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// One reader and the card in it, for both of its tokens: the only place where the module talks to a card. Thread-safe.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "myna/card/my_number_card.hpp"
#include "myna/core/locked_page.hpp"
#include "myna/core/mutex.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/ports/reader_hub.hpp"
#include "myna/settings/module_config.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna::p11 {

// What C_GetTokenInfo shows; the counter is read from the card each time.
struct TokenState {
  TokenInformation information;    // empty when the card does not tell
  std::optional<PinStatus> pin;    // none when the card has no such PIN, or does not tell its counter
};

// A token's certificate and what follows from it.
struct TokenCertificate {
  Bytes der;
  CertificateFields fields;
  std::unique_ptr<PublicKey> key;  // none of a kind that is not supported: the certificate is there, its keys are not
  Bytes ca;                        // empty unless asked for and there
};
using SharedCertificate = std::shared_ptr<const TokenCertificate>;

struct DataToSign {
  Bytes data;         // DigestInfo, or the SHA-256 hash for PSS
  bool pss = false;
};

// The readers of a module, for one thread at a time.
struct SharedHub {
  Mutex mutex;
  ReaderHub readers MYNA_GUARDED_BY(mutex);
};

class TokenReader {
 public:
  // `hub` outlives it.
  TokenReader(SharedHub& hub, std::string name, const Config& config);

  const std::string& name() const noexcept { return name_; }

  // What a look at the readers saw. A card that has gone takes its logins along.
  void seen(bool card_present);
  bool card_present() const noexcept { return present_; }
  // Grows with every card; what was opened for another one is invalid.
  std::uint32_t generation() const noexcept { return generation_; }

  // All of these take the card for one transaction and leave it with no PIN open. `generation`: as above; card_removed when it is another
  // card by now. Errors: those of JpkiApplication and the card; certificate_absent for a token that the card does not have.
  Result<TokenState> state(KeyKind kind);
  // Without a command once the card is known. A foreign card is a token that will not be recognised.
  Result<bool> has_token(KeyKind kind);
  Status login(KeyKind kind, ByteView pin, std::uint32_t generation);
  Result<Bytes> sign(KeyKind kind, const DataToSign& input, std::uint32_t generation);
  Status change_pin(KeyKind kind, ByteView old_pin, ByteView new_pin, std::uint32_t generation);
  // nullptr while it can be read only after a login, and when the card does not give it in a form that can be read.
  Result<SharedCertificate> certificate(KeyKind kind, std::uint32_t generation);

  // By the profile of the card; without a card, of the plastic one. Never waits for a signature.
  const KeyForm& key_form(KeyKind kind) const { return key_row(*profile_.load(), kind).form; }

  // As the last look at the card told.
  bool is_foreign();

  // By the setting; with pss=probe the card is asked once: its text application signs by PSS without a PIN, or refuses (6A86). A card that
  // failed at a PSS signature is not believed again.
  bool does_pss();

  // Without the card. The PIN is forgotten when it was not used for the configured time.
  bool logged_in(KeyKind kind);
  void logout(KeyKind kind);

 private:
  struct Token {
    std::optional<LockedPage> pin;
    std::chrono::steady_clock::time_point last_use;
    SharedCertificate certificate;
  };

  template <typename Work>
  auto in_jpki(std::optional<std::uint32_t> generation, Work work) MYNA_REQUIRES(mutex_);
  template <typename Work>
  std::invoke_result_t<Work, JpkiApplication&> in_transaction(std::optional<std::uint32_t> generation, Work work) MYNA_REQUIRES(mutex_);
  Status connect() MYNA_REQUIRES(mutex_);
  Result<CardTransaction> begin() MYNA_REQUIRES(mutex_);
  Status know(JpkiApplication& jpki) MYNA_REQUIRES(mutex_);
  Status identify(JpkiApplication& jpki, const TokenInformation& token) MYNA_REQUIRES(mutex_);
  void forget_card() MYNA_REQUIRES(mutex_);
  void expire(KeyKind kind) MYNA_REQUIRES(mutex_);
  bool probe_pss() MYNA_REQUIRES(mutex_);
  Status require(KeyKind kind) const MYNA_REQUIRES(mutex_);
  Status recognise_again(CardTransaction& transaction) MYNA_REQUIRES(mutex_);
  CardPolicy policy_for(PinSource source) const;
  Result<Pin> pin_for(KeyKind kind, ByteView typed) const;
  Status verify(JpkiApplication& jpki, KeyKind kind, ByteView typed) MYNA_REQUIRES(mutex_);
  Result<Bytes> verify_and_sign(JpkiApplication& jpki, KeyKind kind, const DataToSign& input) MYNA_REQUIRES(mutex_);
  void note_refusal(JpkiApplication& jpki, const Status& answer) MYNA_REQUIRES(mutex_);
  static Result<Bytes> read_if_readable(JpkiApplication& jpki, CertificateKind kind);
  Status read_certificate(JpkiApplication& jpki, KeyKind kind) MYNA_REQUIRES(mutex_);
  bool is_readable_without_pin(KeyKind kind) const;
  Token& token(KeyKind kind) MYNA_REQUIRES(mutex_) { return tokens_[kind]; }

  SharedHub& hub_;
  const std::string name_;
  const Config config_;
  // until the card goes, whatever happens to its handle or to the module
  const std::shared_ptr<RefusedPins> refused_ = refused_pins_of(name_);

  Mutex mutex_;
  std::unique_ptr<MyNumberCard> card_ MYNA_GUARDED_BY(mutex_);
  bool must_identify_ MYNA_GUARDED_BY(mutex_) = false;
  bool foreign_ MYNA_GUARDED_BY(mutex_) = false;
  std::optional<TokenInformation> information_ MYNA_GUARDED_BY(mutex_);
  Availability held_ MYNA_GUARDED_BY(mutex_){};
  std::optional<bool> pss_ MYNA_GUARDED_BY(mutex_);   // what this card does, as far as it is known
  std::map<KeyKind, Token> tokens_ MYNA_GUARDED_BY(mutex_);

  std::atomic<const CardProfile*> profile_ = &my_number_profile();
  std::atomic<bool> present_ = false;
  std::atomic<std::uint32_t> generation_ = 1;
};

}  // namespace myna::p11

// SPDX-License-Identifier: Apache-2.0
// Signatures by a key of JPKI, any number of them after one VERIFY.
#pragma once

#include <functional>

#include "myna/crypto/crypto.hpp"
#include "myna/trust/authenticity.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna {

struct SignRequest {
  Pin pin;                   // auth or sign: it names the key
  bool signer = true;        // read the signer's certificate
  bool issuer = true;        // and that of its CA
  bool insist = false;       // ask whether the card holds the certificate before the PIN is sent
  bool lenient = false;      // a CA certificate that cannot be parsed is taken all the same: it is judged with the chain
  bool pss = false;          // RSASSA-PSS with SHA-256, for cards that have it
};

// DER, as far as the request asked for them.
struct SignerCertificates {
  SecretBytes signer{}, issuer{};
};

// Signs one DigestInfo. Errors: access_denied, unexpected_status (a card without PSS), those of the card.
using SignOne = std::function<Result<Bytes>(ByteView digest_info)>;

// `work` runs while the PIN is open, after `certificates` were read and found usable, and signs what it wants to. Errors: invalid_argument
// (another PIN), certificate_absent, malformed and key_unsupported (of a certificate, which is named), those of VERIFY, of the card and of
// `work`.
Status sign_digests(MyNumberCard& card, SignRequest&& request, const CardPolicy& policy, SignerCertificates& certificates,
                    const std::function<Status(const SignOne&)>& work);
// The same in a transaction of the caller's, who knows the card: with `jpki` selected, and no floor but that of the VERIFY.
Status sign_digests(MyNumberCard& card, JpkiApplication& jpki, SignRequest&& request, const CardPolicy& policy,
                    SignerCertificates& certificates, const std::function<Status(const SignOne&)>& work);

struct SignedDigest {
  SignerCertificates certificates{};
  Bytes value{};             // checked with the certificate's key
  Verdict chain{};           // pinned issuer, dates, signature; revocation is not covered
};
// One of them, checked. Errors: signature_mismatch, and as above.
Result<SignedDigest> sign_digest(MyNumberCard& card, Pin&& pin, ByteView digest_info, const CardPolicy& policy,
                                 std::chrono::sys_seconds now, bool test_issuers);

}  // namespace myna

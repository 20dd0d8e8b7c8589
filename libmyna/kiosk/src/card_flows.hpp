// SPDX-License-Identifier: Apache-2.0
// Steps that several operations share: the PIN floor, a checked signature, and what is made of dates and reports.
#pragma once

#include "operations.hpp"
#include "myna/card/card_transaction.hpp"

namespace myna::kiosk {

TryPolicy try_policy(const Options& options);

// A floor above 2 is asked for here, with two commands more; up to 2 the VERIFY itself keeps it. Errors: last_try_refused.
Status above_floor(Counter& counter, CardTransaction& transaction, const CheckedPin& pin);

// For the PINs of JPKI, whose application is selected.
Status verify_in(Counter& counter, CardTransaction& transaction, JpkiApplication& jpki, const CheckedPin& pin);

// Nothing contradicts, and with `require_proof` everything that can be proven is.
bool is_acceptable(const Options& options, const AuthenticityReport& report);

struct Signed {
  SecretBytes certificate{}, issuer{};
  Bytes value{};
  Verdict chain{};
};
// By the key of the PIN, auth or sign; checked with the certificate's public key. Errors: signature_mismatch, certificate_absent.
Result<Signed> sign_with(Counter& counter, const CheckedPin& pin, ByteView digest_info);

// Eight digits; 00 where the register has no month or day counts as the latest possible. Errors: those of `birth_date`, malformed.
Result<AgeAnswer> answer_age(const Options& options, const Result<SecretBytes>& birth_date, const CheckAge& request, Verdict genuine);

// Errc::malformed.
Renewal renewal_of(const CertificateFields& certificate, const std::optional<CardRecord>& record, std::chrono::sys_seconds now);

}  // namespace myna::kiosk

// SPDX-License-Identifier: Apache-2.0
// The checks that formats share: what depends on the signer's certificate, its chain and the time, each by its noun. Private to
// libmyna/documents.
#pragma once

#include <openssl/x509.h>

#include <memory>

#include "myna/crypto/openssl_owners.hpp"
#include "myna/documents/report.hpp"

namespace myna {

inline SignatureCheck good(std::string_view code) { return {code, CheckResult::good, {}}; }
inline SignatureCheck bad(std::string_view code, Text reason) { return {code, CheckResult::bad, reason}; }
inline SignatureCheck not_checked(std::string_view code, Text reason) { return {code, CheckResult::not_checked, reason}; }

namespace openssl {
struct StackDeleter {
  void operator()(STACK_OF(X509)* stack) const noexcept { sk_X509_pop_free(stack, X509_free); }
};
using Certificates = std::unique_ptr<STACK_OF(X509), StackDeleter>;
}  // namespace openssl

// The certificates of one signer.
struct SignerView {
  X509* certificate;                     // nullptr when it is not in the signature
  STACK_OF(X509)* others;                // every certificate in the signature
};

// SHA-256, 384 or 512 by its NID; nothing for another one.
std::optional<Digest> allowed_digest(int nid);
Bytes der_of_certificate(X509* certificate);

// RSA of 2048 to 8192 bits with an exponent from 65537 to 32 bits, or another kind of key that OpenSSL rates at 112 bits or more.
SignatureCheck check_key(X509* certificate);
SignatureCheck check_key_usage(const CertificateFields& fields);
SignatureCheck check_policy(const CertificateFields& fields, bool pinned_chain);

// Path to a trust anchor; time is judged by check_validity.
struct ChainResult {
  SignatureCheck check;
  bool pinned = false;                   // ends at a pinned issuer generation
  bool untrusted = false;                // no anchor was found, and nothing else is wrong
  openssl::Certificates chain;           // leaf first; empty when there is none
};
ChainResult check_chain(const SignerView& signer, const VerifyOptions& options);
SignatureCheck check_validity(const ChainResult& chain, std::chrono::sys_seconds at);
SignatureCheck check_revocation(const ChainResult& chain, const VerifyOptions& options, std::chrono::sys_seconds at);

// The rows that depend on the certificate alone and on the time of the stamps that the report has: chain, validity, key usage, policy,
// revocation, stamps.
void add_certificate_checks(SignerReport& report, const SignerView& signer, const VerifyOptions& options);

}  // namespace myna

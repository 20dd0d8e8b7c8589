// SPDX-License-Identifier: Apache-2.0
// The checks of one signer, each by its noun. Private to libmyna/documents.
#pragma once

#include <openssl/cms.h>

#include <vector>

#include "myna/documents/report.hpp"
#include "myna/crypto/openssl_owners.hpp"

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

// One signer and what belongs to it.
struct SignerView {
  CMS_SignerInfo* info;
  X509* certificate;                     // nullptr when it is not in the signature
  STACK_OF(X509)* others;                // every certificate in the signature
  ByteView content_hash;                 // of the content, by the signer's digest; empty for one that is not allowed
  std::optional<Digest> digest;
  const ASN1_OBJECT* content_type = nullptr;   // eContentType
  bool may_be_attributes = false;        // the content has the form of signed attributes
};

// SHA-256, 384 or 512 by its NID; nothing for another one.
std::optional<Digest> allowed_digest(int nid);
std::optional<Digest> signer_digest(CMS_SignerInfo* info);
// The certificate that the signer names, when it is among these.
X509* signer_certificate(CMS_SignerInfo* info, STACK_OF(X509)* certificates);
Bytes der_of_certificate(X509* certificate);

// The content is what was signed: messageDigest attribute, or nothing where the signature covers it directly.
SignatureCheck check_content(const SignerView& signer);
// The value fits the certificate's key; the digest is SHA-256, 384 or 512.
SignatureCheck check_signature(const SignerView& signer);
// RSA of 2048 to 8192 bits with an exponent from 65537 to 32 bits, or another kind of key that OpenSSL rates at 112 bits or more.
SignatureCheck check_key(X509* certificate);
// signing-certificate or -v2 names this very certificate (RFC 5035).
SignatureCheck check_signing_certificate(const SignerView& signer);
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
// The rows that depend on the certificate alone and on the time of the stamps that the report has: chain, validity, key usage, policy,
// revocation, stamps.
void add_certificate_checks(SignerReport& report, const SignerView& signer, const VerifyOptions& options);
SignatureCheck check_revocation(const ChainResult& chain, const VerifyOptions& options, std::chrono::sys_seconds at);

}  // namespace myna

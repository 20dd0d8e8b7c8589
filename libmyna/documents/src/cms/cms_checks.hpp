// SPDX-License-Identifier: Apache-2.0
// The checks that only signers of a CMS have. Private to libmyna/documents.
#pragma once

#include <openssl/cms.h>

#include "report/checks.hpp"

namespace myna {

// One signer and what belongs to it.
struct CmsSigner {
  CMS_SignerInfo* info;
  X509* certificate;                     // nullptr when it is not in the signature
  STACK_OF(X509)* others;                // every certificate in the signature
  ByteView content_hash;                 // of the content, by the signer's digest; empty for one that is not allowed
  std::optional<Digest> digest;
  const ASN1_OBJECT* content_type = nullptr;   // eContentType
  bool may_be_attributes = false;        // the content has the form of signed attributes

  SignerView view() const { return {.certificate = certificate, .others = others}; }
};

std::optional<Digest> signer_digest(CMS_SignerInfo* info);
// The certificate that the signer names, when it is among these.
X509* signer_certificate(CMS_SignerInfo* info, STACK_OF(X509)* certificates);

// The content is what was signed: messageDigest attribute, or nothing where the signature covers it directly.
SignatureCheck check_content(const CmsSigner& signer);
// The value fits the certificate's key; the digest is SHA-256, 384 or 512.
SignatureCheck check_signature(const CmsSigner& signer);
// signing-certificate or -v2 names this very certificate (RFC 5035).
SignatureCheck check_signing_certificate(const CmsSigner& signer);

}  // namespace myna

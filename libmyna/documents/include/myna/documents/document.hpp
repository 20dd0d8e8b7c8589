// SPDX-License-Identifier: Apache-2.0
// What every document format has in common: a document is read and hashed without the card, the card signs one DigestInfo, and the output
// is time-stamped, written and verified after the card was let go.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/documents/input.hpp"

namespace myna {

// Who signs and when: known once the card has given its certificates.
struct SigningIdentity {
  ByteView signer;   // DER of the certificate whose key signs
  ByteView issuer;   // DER of its CA
  std::chrono::sys_seconds signing_time;
};

// Gives time-stamp tokens (RFC 3161).
class TimeStamper {
 public:
  TimeStamper() = default;
  TimeStamper(const TimeStamper&) = delete;
  TimeStamper& operator=(const TimeStamper&) = delete;
  virtual ~TimeStamper() = default;
  // DER of a TimeStampToken over this SHA-256 hash (32 bytes), already checked against it. Errors: timestamp_failed (no token was had),
  // timestamp_invalid (one was, and it is not what was asked for).
  virtual Result<Bytes> token(ByteView sha256) = 0;
};

// A signature that waits for the card.
class DocumentSignature {
 public:
  DocumentSignature() = default;
  DocumentSignature(const DocumentSignature&) = delete;
  DocumentSignature& operator=(const DocumentSignature&) = delete;
  virtual ~DocumentSignature() = default;
  // What the card signs.
  virtual Result<Bytes> digest_info() const = 0;
  // Writes the whole output. Errors: signature_mismatch (the value does not fit the certificate), malformed (the document changed since it
  // was read), those of the time stamp and of `out`.
  virtual Status finish(ByteView signature, const ByteSink& out) = 0;
};

// What is shown of a document before it is signed.
struct DocumentFacts {
  std::uint64_t bytes = 0;
  std::optional<std::uint32_t> pages;
  Bytes sha256;   // of the whole file
};

// One input, read and hashed. Small in memory: a batch holds hundreds. It does not own the file's bytes and reads them again in finish().
class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  virtual ~Document() = default;
  virtual const DocumentFacts& facts() const = 0;
  // Quick: the card is held meanwhile. The document must outlive the signature.
  virtual Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) = 0;
};

}  // namespace myna

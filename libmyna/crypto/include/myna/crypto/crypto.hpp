// SPDX-License-Identifier: Apache-2.0
// What the library needs of cryptography, as interfaces. Two targets implement them, myna_crypto_openssl and
// myna_crypto_mbedtls, and the link decides: exactly one of them belongs to a program.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"

namespace myna {

enum class Digest : std::uint8_t { sha1, sha224, sha256, sha384, sha512 };

std::size_t digest_bytes(Digest digest) noexcept;                   // 20, 28, 32, 48, 64
std::string_view digest_name(Digest digest) noexcept;               // "sha256"
std::optional<Digest> digest_by_name(std::string_view name) noexcept;

class Hasher {
 public:
  Hasher() = default;
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;
  virtual ~Hasher() = default;
  virtual void update(ByteView data) = 0;
  virtual Bytes finish() = 0;   // once
};
std::unique_ptr<Hasher> make_hasher(Digest digest);
Bytes hash(Digest digest, ByteView data);

// HMAC (RFC 2104), 32 bytes.
Bytes hmac_sha256(ByteView key, ByteView data);

void fill_random(std::span<Byte> out);

// DER of DigestInfo (RFC 8017, 9.2 note 1): 35, 47, 51, 67 or 83 bytes. Errc::invalid_argument when the hash does not
// have the length of its digest.
Result<Bytes> digest_info(Digest digest, ByteView hash);

class PublicKey {
 public:
  PublicKey() = default;
  PublicKey(const PublicKey&) = delete;
  PublicKey& operator=(const PublicKey&) = delete;
  virtual ~PublicKey() = default;
  virtual std::string type() const = 0;              // "RSA", "EC"
  virtual std::size_t bits() const = 0;
  virtual Bytes subject_public_key_info() const = 0; // DER
  // PKCS#1 v1.5 over this exact DigestInfo (or other payload). Errc::signature_mismatch.
  virtual Status verify_pkcs1(ByteView digest_info, ByteView signature) const = 0;
  // PSS with SHA-256, MGF1-SHA-256 and 32 bytes of salt. Errc::signature_mismatch.
  virtual Status verify_pss_sha256(ByteView hash, ByteView signature) const = 0;
};

// From the bare numbers, big-endian, as the card writes them. Errc::malformed: fewer than 1024 bits, more than 8192, an
// even number, or an exponent that is no odd number of at most four bytes above 1.
Result<std::unique_ptr<PublicKey>> rsa_public_key(ByteView modulus, ByteView exponent);
// From DER of SubjectPublicKeyInfo. Errc::malformed.
Result<std::unique_ptr<PublicKey>> load_public_key(ByteView subject_public_key_info);

// One RDN sequence, for people (RFC 4514 order reversed: C first) and as DER for comparison.
struct Name {
  std::string text;    // "C=JP, O=JPKI, OU=..." UTF-8
  Bytes der;
  std::string common_name;   // empty without CN
  bool operator==(const Name& other) const { return der == other.der; }
};

// An otherName of the subject alternative name that holds a string (docs/card/certificates.md).
struct OtherName {
  std::string oid;     // dotted
  std::string value;   // UTF-8
};

// The fields of an X.509 certificate, parsed by the backend's own X.509 code.
struct CertificateFields {
  int version = 0;                       // 3
  Bytes serial;                          // big-endian, without sign byte
  Name subject;
  Name issuer;
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::string signature_algorithm;       // "sha256WithRSAEncryption"
  std::string key_type;                  // "RSA"
  std::size_t key_bits = 0;
  std::vector<std::string> key_usage;    // RFC 5280 names: digitalSignature, nonRepudiation, keyCertSign, cRLSign
  std::vector<std::string> extended_key_usage;   // "clientAuth" or dotted OID
  std::vector<std::string> policies;     // dotted OIDs
  std::vector<std::string> cps_uris;
  std::vector<OtherName> other_names;    // in file order
  std::vector<std::string> crl_points;   // directory names or URIs, as text
  std::vector<std::string> ocsp_uris;
  Bytes subject_key_id;
  Bytes authority_key_id;
  bool is_ca = false;
  Bytes sha256_fingerprint;              // 32 bytes over the whole DER
};

// Errc::malformed when this is not exactly one certificate.
Result<CertificateFields> parse_certificate(ByteView der);
Result<std::unique_ptr<PublicKey>> certificate_public_key(ByteView der);
// The same of a certificate whose signatures are to be checked here. Errc::key_unsupported for a key of another kind.
Result<std::unique_ptr<PublicKey>> certificate_rsa_key(ByteView der);

// True when the certificate's signature was made by the issuer's key. Errc::malformed for bad input.
Result<bool> is_issued_by(ByteView certificate_der, ByteView issuer_der);

// What the virtual card signs with; real cards never need it.
class PrivateKey {
 public:
  PrivateKey() = default;
  PrivateKey(const PrivateKey&) = delete;
  PrivateKey& operator=(const PrivateKey&) = delete;
  virtual ~PrivateKey() = default;
  virtual std::size_t bits() const = 0;
  // 00 01 FF..FF 00 payload, then RSA: the payload is taken as it is, 1 to size - 11 bytes.
  virtual Result<Bytes> sign_pkcs1_payload(ByteView payload) const = 0;
  virtual Result<Bytes> sign_pss_sha256(ByteView hash) const = 0;
};

// From PKCS#8 DER, unencrypted.
Result<std::unique_ptr<PrivateKey>> load_private_key(ByteView pkcs8);

}  // namespace myna

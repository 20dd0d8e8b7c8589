// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "mbedtls_ptr.hpp"
#include "myna/core/tlv.hpp"

namespace myna {
namespace {

using mbedtls::Key;

constexpr std::size_t kMinModulusBytes = 128;
constexpr std::size_t kMaxModulusBytes = 1024;
constexpr std::size_t kMaxExponentBytes = 4;
constexpr std::size_t kPaddingBytes = 11;

// 00 01 FF..FF 00 payload (RFC 8017, 9.2).
Bytes padded(ByteView payload, std::size_t size) {
  Bytes block(size, 0xFF);
  block[0] = 0x00;
  block[1] = 0x01;
  block[size - payload.size() - 1] = 0x00;
  std::ranges::copy(payload, block.end() - static_cast<std::ptrdiff_t>(payload.size()));
  return block;
}

mbedtls_rsa_context* rsa_of(const Key& key) { return mbedtls_pk_rsa(*key.get()); }

class MbedtlsPublicKey final : public PublicKey {
 public:
  explicit MbedtlsPublicKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}

  std::string type() const override { return is_rsa() ? "RSA" : "EC"; }
  std::size_t bits() const override { return mbedtls_pk_get_bitlen(key_->get()); }

  Bytes subject_public_key_info() const override {
    Bytes buffer(kMaxModulusBytes + 64);
    const int length = mbedtls_pk_write_pubkey_der(key_->get(), buffer.data(), buffer.size());
    if (length <= 0) return {};
    return Bytes(buffer.end() - length, buffer.end());   // written at the end
  }

  Status verify_pkcs1(ByteView digest_info, ByteView signature) const override {
    if (!is_rsa()) return fail(Errc::crypto_failed);
    const std::size_t size = mbedtls_rsa_get_len(rsa_of(*key_));
    if (signature.size() != size || digest_info.size() + kPaddingBytes > size) return fail(Errc::signature_mismatch);
    Bytes block(size);
    if (mbedtls_rsa_public(rsa_of(*key_), signature.data(), block.data()) != 0) return fail(Errc::signature_mismatch);
    return equal(block, padded(digest_info, size)) ? Status{} : Status{fail(Errc::signature_mismatch)};
  }

  Status verify_pss_sha256(ByteView hash, ByteView signature) const override {
    if (!is_rsa() || signature.size() != mbedtls_rsa_get_len(rsa_of(*key_)) || hash.size() != 32) return fail(Errc::signature_mismatch);
    mbedtls_rsa_set_padding(rsa_of(*key_), MBEDTLS_RSA_PKCS_V21, MBEDTLS_MD_SHA256);
    const int error = mbedtls_rsa_rsassa_pss_verify_ext(rsa_of(*key_), nullptr, nullptr, MBEDTLS_RSA_PUBLIC, MBEDTLS_MD_SHA256, 32,
                                                        hash.data(), MBEDTLS_MD_SHA256, 32, signature.data());
    return error == 0 ? Status{} : Status{fail(Errc::signature_mismatch)};
  }

 private:
  bool is_rsa() const { return mbedtls_pk_get_type(key_->get()) == MBEDTLS_PK_RSA; }
  std::unique_ptr<Key> key_;
};

class MbedtlsPrivateKey final : public PrivateKey {
 public:
  explicit MbedtlsPrivateKey(std::unique_ptr<Key> key) : key_(std::move(key)) {}

  std::size_t bits() const override { return mbedtls_pk_get_bitlen(key_->get()); }

  Result<Bytes> sign_pkcs1_payload(ByteView payload) const override {
    const std::size_t size = mbedtls_rsa_get_len(rsa_of(*key_));
    if (payload.empty() || payload.size() + kPaddingBytes > size) return fail(Errc::crypto_failed);
    Bytes signature(size);
    const Bytes block = padded(payload, size);
    const int error = mbedtls_rsa_private(rsa_of(*key_), mbedtls::random_bytes, nullptr, block.data(), signature.data());
    return error == 0 ? Result<Bytes>(std::move(signature)) : fail(Errc::crypto_failed);
  }

  Result<Bytes> sign_pss_sha256(ByteView hash) const override {
    if (hash.size() != 32) return fail(Errc::crypto_failed);
    mbedtls_rsa_set_padding(rsa_of(*key_), MBEDTLS_RSA_PKCS_V21, MBEDTLS_MD_SHA256);
    Bytes signature(mbedtls_rsa_get_len(rsa_of(*key_)));
    const int error = mbedtls_rsa_rsassa_pss_sign_ext(rsa_of(*key_), mbedtls::random_bytes, nullptr, MBEDTLS_MD_SHA256, 32, hash.data(), 32,
                                                      signature.data());
    return error == 0 ? Result<Bytes>(std::move(signature)) : fail(Errc::crypto_failed);
  }

 private:
  std::unique_ptr<Key> key_;
};

std::unique_ptr<PublicKey> public_key(std::unique_ptr<Key> key) { return std::make_unique<MbedtlsPublicKey>(std::move(key)); }

}  // namespace

int mbedtls::random_bytes(void*, unsigned char* out, std::size_t size) {
  fill_random({out, size});
  return 0;
}

Result<std::unique_ptr<PublicKey>> certificate_public_key(ByteView der) {
  mbedtls::Certificate certificate;
  MYNA_CHECK(mbedtls::parse(certificate, der));
  auto key = std::make_unique<Key>();
  unsigned char* at = certificate->pk_raw.p;
  if (mbedtls_pk_parse_subpubkey(&at, at + certificate->pk_raw.len, key->get()) != 0) return fail(Errc::malformed);
  return public_key(std::move(key));
}

Result<std::unique_ptr<PublicKey>> load_public_key(ByteView subject_public_key_info) {
  auto key = std::make_unique<Key>();
  Bytes copy(subject_public_key_info.begin(), subject_public_key_info.end());
  unsigned char* at = copy.data();
  if (copy.empty() || mbedtls_pk_parse_subpubkey(&at, copy.data() + copy.size(), key->get()) != 0 || at != copy.data() + copy.size()) {
    return fail(Errc::malformed);
  }
  return public_key(std::move(key));
}

Result<std::unique_ptr<PublicKey>> rsa_public_key(ByteView modulus, ByteView exponent) {
  const auto first = std::ranges::find_if(modulus, [](Byte b) { return b != 0; });
  const auto digits = static_cast<std::size_t>(modulus.end() - first);
  const bool sizes = digits >= kMinModulusBytes && digits <= kMaxModulusBytes && !exponent.empty() && exponent.size() <= kMaxExponentBytes;
  const bool one = sizes && exponent.back() == 1 && std::ranges::all_of(exponent.first(exponent.size() - 1), [](Byte b) { return b == 0; });
  if (!sizes || one || (modulus.back() & 1) == 0 || (exponent.back() & 1) == 0) return fail(Errc::malformed);
  auto key = std::make_unique<Key>();
  if (mbedtls_pk_setup(key->get(), mbedtls_pk_info_from_type(MBEDTLS_PK_RSA)) != 0) return fail(Errc::crypto_failed);
  mbedtls_rsa_context* rsa = rsa_of(*key);
  const int error =
      mbedtls_rsa_import_raw(rsa, modulus.data(), modulus.size(), nullptr, 0, nullptr, 0, nullptr, 0, exponent.data(), exponent.size());
  if (error != 0 || mbedtls_rsa_complete(rsa) != 0 || mbedtls_rsa_check_pubkey(rsa) != 0) return fail(Errc::malformed);
  return public_key(std::move(key));
}

Result<std::unique_ptr<PrivateKey>> load_private_key(ByteView pkcs8) {
  const auto total = tlv_total_length(pkcs8);
  if (!total || *total != pkcs8.size()) return fail(Errc::malformed);   // mbedTLS does not mind bytes behind the key
  auto key = std::make_unique<Key>();
  const bool loaded = mbedtls_pk_parse_key(key->get(), pkcs8.data(), pkcs8.size(), nullptr, 0) == 0;
  if (!loaded || mbedtls_pk_get_type(key->get()) != MBEDTLS_PK_RSA) return fail(Errc::malformed);
  return std::unique_ptr<PrivateKey>(std::make_unique<MbedtlsPrivateKey>(std::move(key)));
}

}  // namespace myna

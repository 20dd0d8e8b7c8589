// SPDX-License-Identifier: Apache-2.0
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "myna/core/secret.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/crypto/openssl_owners.hpp"

namespace myna {
namespace {

using namespace openssl;

constexpr int kSaltBytes = 32;
constexpr std::size_t kMaxModulusBytes = 1024;
constexpr std::size_t kMaxExponentBytes = 4;
constexpr int kMinModulusBits = 1024;

using Number = Owner<BIGNUM, BN_free>;
using ParameterBuilder = Owner<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;
using Parameters = Owner<OSSL_PARAM, OSSL_PARAM_free>;

Result<Key> rsa_key_of(const BIGNUM* modulus, const BIGNUM* exponent) {
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  if (!builder || !context || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent) != 1) {
    return fail(Errc::crypto_failed);
  }
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  EVP_PKEY* key = nullptr;
  if (!parameters || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return fail(Errc::malformed);
  }
  return Key(key);
}

bool use_pkcs1(EVP_PKEY_CTX* context) { return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0; }

bool use_pss(EVP_PKEY_CTX* context) {
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
         EVP_PKEY_CTX_set_signature_md(context, EVP_sha256()) > 0 &&
         EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha256()) > 0 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, kSaltBytes) > 0;
}

class OpensslPublicKey final : public PublicKey {
 public:
  explicit OpensslPublicKey(Key key) : key_(std::move(key)) {}

  std::string type() const override { return EVP_PKEY_get0_type_name(key_.get()); }
  std::size_t bits() const override { return static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get())); }

  Bytes subject_public_key_info() const override {
    unsigned char* buffer = nullptr;
    const int length = i2d_PUBKEY(key_.get(), &buffer);
    return der_of(buffer, length);
  }

  // Recovers the payload and compares all of it: the payload need not be a DigestInfo.
  Status verify_pkcs1(ByteView digest_info, ByteView signature) const override {
    const ErrorScope errors;
    const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (!context || EVP_PKEY_verify_recover_init(context.get()) <= 0 || !use_pkcs1(context.get())) {
      return fail(Errc::crypto_failed);
    }
    Bytes payload(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
    std::size_t length = payload.size();
    const bool recovered =
        EVP_PKEY_verify_recover(context.get(), payload.data(), &length, signature.data(), signature.size()) > 0;
    if (!recovered || !equal(ByteView(payload).first(length), digest_info)) return fail(Errc::signature_mismatch);
    return {};
  }

  Status verify_pss_sha256(ByteView hash, ByteView signature) const override {
    const ErrorScope errors;
    const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (!context || EVP_PKEY_verify_init(context.get()) <= 0 || !use_pss(context.get())) return fail(Errc::crypto_failed);
    const bool good = EVP_PKEY_verify(context.get(), signature.data(), signature.size(), hash.data(), hash.size()) == 1;
    return good ? Status{} : Status{fail(Errc::signature_mismatch)};
  }

 private:
  Key key_;
};

class OpensslPrivateKey final : public PrivateKey {
 public:
  explicit OpensslPrivateKey(Key key) : key_(std::move(key)) {}

  std::size_t bits() const override { return static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get())); }
  Result<Bytes> sign_pkcs1_payload(ByteView payload) const override { return sign(payload, use_pkcs1); }
  Result<Bytes> sign_pss_sha256(ByteView hash) const override { return sign(hash, use_pss); }

 private:
  Result<Bytes> sign(ByteView data, bool (*padding)(EVP_PKEY_CTX*)) const {
    const ErrorScope errors;
    const KeyContext context(EVP_PKEY_CTX_new(key_.get(), nullptr));
    if (!context || EVP_PKEY_sign_init(context.get()) <= 0 || !padding(context.get())) return fail(Errc::crypto_failed);
    Bytes signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())));
    std::size_t length = signature.size();
    if (EVP_PKEY_sign(context.get(), signature.data(), &length, data.data(), data.size()) <= 0) {
      return fail(Errc::crypto_failed);
    }
    signature.resize(length);
    return signature;
  }

  Key key_;
};

}  // namespace

Result<std::unique_ptr<PublicKey>> certificate_public_key(ByteView der) {
  const ErrorScope errors;
  MYNA_TRY(const Certificate certificate, certificate_from(der));
  Key key(X509_get_pubkey(certificate.get()));
  if (!key) return fail(Errc::malformed);
  return std::unique_ptr<PublicKey>(std::make_unique<OpensslPublicKey>(std::move(key)));
}

Result<std::unique_ptr<PublicKey>> load_public_key(ByteView subject_public_key_info) {
  const ErrorScope errors;
  const unsigned char* at = subject_public_key_info.data();
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(subject_public_key_info.size())));
  if (!key || at != subject_public_key_info.data() + subject_public_key_info.size()) return fail(Errc::malformed);
  return std::unique_ptr<PublicKey>(std::make_unique<OpensslPublicKey>(std::move(key)));
}

Result<std::unique_ptr<PublicKey>> rsa_public_key(ByteView modulus, ByteView exponent) {
  const ErrorScope errors;
  if (modulus.size() > kMaxModulusBytes || exponent.size() > kMaxExponentBytes) return fail(Errc::malformed);
  const Number n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  const Number e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
  if (!n || !e) return fail(Errc::crypto_failed);
  if (BN_num_bits(n.get()) < kMinModulusBits || !BN_is_odd(n.get()) || !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return fail(Errc::malformed);
  }
  MYNA_TRY(Key key, rsa_key_of(n.get(), e.get()));
  return std::unique_ptr<PublicKey>(std::make_unique<OpensslPublicKey>(std::move(key)));
}

Result<std::unique_ptr<PrivateKey>> load_private_key(ByteView pkcs8) {
  const ErrorScope errors;
  const unsigned char* at = pkcs8.data();
  Key key(d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(pkcs8.size())));
  if (!key || at != pkcs8.data() + pkcs8.size()) return fail(Errc::malformed);
  return std::unique_ptr<PrivateKey>(std::make_unique<OpensslPrivateKey>(std::move(key)));
}

}  // namespace myna

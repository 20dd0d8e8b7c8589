// SPDX-License-Identifier: Apache-2.0
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

#include "myna/crypto/crypto.hpp"
#include "myna/crypto/openssl_owners.hpp"

namespace myna {
namespace {

const EVP_MD* md_of(Digest digest) { return EVP_get_digestbyname(std::string(digest_name(digest)).c_str()); }

// A failure here is a broken library and no outcome.
void must(bool good) {
  if (!good) throw std::runtime_error("OpenSSL digest failed");
}

class OpensslHasher final : public Hasher {
 public:
  explicit OpensslHasher(Digest digest) : context_(EVP_MD_CTX_new()) {
    must(context_ && EVP_DigestInit_ex(context_.get(), md_of(digest), nullptr) == 1);
  }
  void update(ByteView data) override { must(EVP_DigestUpdate(context_.get(), data.data(), data.size()) == 1); }
  Bytes finish() override {
    Bytes value(EVP_MAX_MD_SIZE);
    unsigned length = 0;
    must(EVP_DigestFinal_ex(context_.get(), value.data(), &length) == 1);
    value.resize(length);
    return value;
  }

 private:
  openssl::DigestContext context_;
};

}  // namespace

std::unique_ptr<Hasher> make_hasher(Digest digest) { return std::make_unique<OpensslHasher>(digest); }

Bytes hash(Digest digest, ByteView data) {
  OpensslHasher hasher(digest);
  hasher.update(data);
  return hasher.finish();
}

Bytes hmac_sha256(ByteView key, ByteView data) {
  Bytes value(digest_bytes(Digest::sha256));
  must(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data.data(), data.size(), value.data(), nullptr) != nullptr);
  return value;
}

void fill_random(std::span<Byte> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) throw std::runtime_error("no random numbers");
}

}  // namespace myna

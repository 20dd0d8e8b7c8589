// SPDX-License-Identifier: Apache-2.0
#include <mbedtls/md.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "mbedtls_ptr.hpp"

namespace myna {
namespace {

struct Row {
  Digest digest;
  mbedtls_md_type_t type;
};
constexpr std::array kRows{Row{Digest::sha1, MBEDTLS_MD_SHA1}, Row{Digest::sha224, MBEDTLS_MD_SHA224},
                           Row{Digest::sha256, MBEDTLS_MD_SHA256}, Row{Digest::sha384, MBEDTLS_MD_SHA384},
                           Row{Digest::sha512, MBEDTLS_MD_SHA512}};

const mbedtls_md_info_t* info_of(Digest digest) { return mbedtls_md_info_from_type(kRows.at(static_cast<std::size_t>(digest)).type); }

// A failure here is a broken library and no outcome.
void must(int error) {
  if (error != 0) throw std::runtime_error("mbedTLS digest failed");
}

class MbedtlsHasher final : public Hasher {
 public:
  explicit MbedtlsHasher(Digest digest) : bytes_(digest_bytes(digest)) {
    must(mbedtls_md_setup(context_.get(), info_of(digest), 0));
    must(mbedtls_md_starts(context_.get()));
  }
  void update(ByteView data) override { must(mbedtls_md_update(context_.get(), data.data(), data.size())); }
  Bytes finish() override {
    Bytes value(bytes_);
    must(mbedtls_md_finish(context_.get(), value.data()));
    return value;
  }

 private:
  mbedtls::Owned<mbedtls_md_context_t, mbedtls_md_init, mbedtls_md_free> context_;
  std::size_t bytes_;
};

}  // namespace

std::unique_ptr<Hasher> make_hasher(Digest digest) { return std::make_unique<MbedtlsHasher>(digest); }

Bytes hash(Digest digest, ByteView data) {
  MbedtlsHasher hasher(digest);
  hasher.update(data);
  return hasher.finish();
}

Bytes hmac_sha256(ByteView key, ByteView data) {
  Bytes value(digest_bytes(Digest::sha256));
  must(mbedtls_md_hmac(info_of(Digest::sha256), key.data(), key.size(), data.data(), data.size(), value.data()));
  return value;
}

// The kernel's generator: nothing of its own to seed, and right after a fork.
void fill_random(std::span<Byte> out) {
  while (!out.empty()) {
    const ssize_t count = ::getrandom(out.data(), out.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw std::runtime_error("no random numbers");
    out = out.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// Certificates of a hostile card.
#include "myna/crypto/crypto.hpp"
#include "myna/crypto/pem.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView der(data, size);
  (void)parse_certificate(der);
  (void)certificate_public_key(der);
  (void)is_issued_by(der, der);
  (void)ders_from_pem(der);
  return 0;
}

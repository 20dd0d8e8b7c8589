// SPDX-License-Identifier: Apache-2.0
// JSON Web Signatures from anywhere: taken apart and verified. Nothing is trusted, so nothing may be found good.
#include <algorithm>
#include <cstdlib>

#include "myna/documents/jws.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto jws = Jws::read(*memory_input({data, size}));
  if (!jws) return 0;
  const auto reports = jws->verify(memory_input(as_bytes("content")).get(), {});
  if (!reports || std::ranges::any_of(*reports, [](const SignerReport& report) { return report.good(); })) std::abort();
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Signatures from anywhere: taken apart and verified. Nothing is trusted, so nothing may be found good.
#include <algorithm>
#include <cstdlib>

#include "myna/documents/cms.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cms = SignedCms::read(*memory_input({data, size}));
  if (!cms) return 0;
  const InputPtr content = cms->attached() ? nullptr : memory_input(as_bytes("content"));
  const auto reports = cms->verify(content.get(), {});
  if (!reports) return 0;
  if (std::ranges::any_of(*reports, [](const SignerReport& report) { return report.good(); })) std::abort();
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// What a time-stamp authority may answer, and tokens as they stand in signatures. Nobody can answer a query that was made just now, and
// nothing is trusted.
#include <cstdlib>

#include "myna/documents/timestamp.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input(data, size);
  const auto query = TimestampQuery::make(hash(Digest::sha256, as_bytes("content")));
  if (!query || query->token_from(input, {})) std::abort();
  if (verify_timestamp(input, as_bytes("content"), {}).check.result == CheckResult::good) std::abort();
  return 0;
}

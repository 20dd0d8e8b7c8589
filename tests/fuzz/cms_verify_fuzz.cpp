// SPDX-License-Identifier: Apache-2.0
// Signatures from anywhere: taken apart and verified. Nothing is trusted, so nothing may be found good.
#include <algorithm>
#include <cstdlib>

#include "myna/documents/cms_verify.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteView rest(data, size);
  const auto source = [&rest](std::span<Byte> out) -> Result<std::size_t> {
    const std::size_t count = std::min(out.size(), rest.size());
    std::copy_n(rest.begin(), count, out.begin());
    rest = rest.subspan(count);
    return count;
  };
  ContentHashes content;
  const auto reader = CmsReader::read(source, [&content](ByteView piece) -> Status {
    content.update(piece);
    return {};
  });
  if (!reader) return 0;
  content.finish();
  const auto reports = verify_cms(reader->detached(), content, {});
  if (!reports) return 0;
  if (std::ranges::any_of(*reports, [](const SignerReport& report) { return report.good(); })) std::abort();
  return 0;
}

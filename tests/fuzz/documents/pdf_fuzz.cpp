// SPDX-License-Identifier: Apache-2.0
// PDFs from anywhere: planned for signing and verified. Nothing is trusted, so nothing may be found good.
#include <algorithm>
#include <cstdlib>

#include "myna/documents/pdf_signature.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputPtr input = memory_input({data, size});
  for (const PdfProfile profile : {PdfProfile::moj, PdfProfile::pades}) {
    PdfSignatureOptions options;
    options.profile = profile;
    const auto document = open_pdf(input, options);
    if (document && (*document)->facts().bytes != size) std::abort();
  }
  const auto reports = verify_pdf(*input, {.certificates = {}, .moj = true});
  if (!reports) return 0;
  if (reports->empty() || std::ranges::any_of(*reports, [](const SignerReport& report) { return report.good(); })) std::abort();
  return 0;
}

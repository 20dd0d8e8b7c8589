// SPDX-License-Identifier: Apache-2.0
// PDFs from anywhere: planned for signing and verified. Nothing is trusted, so nothing may be found good.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "myna/documents/pdf_signature.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int file = memfd_create("pdf", MFD_CLOEXEC);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  const std::string path = "/proc/self/fd/" + std::to_string(file);
  for (const PdfProfile profile : {PdfProfile::moj, PdfProfile::pades}) {
    PdfSignatureOptions options;
    options.profile = profile;
    const auto document = open_pdf(path, options);
    if (document && (*document)->facts().bytes != size) std::abort();
  }
  const auto reports = verify_pdf(path, {.certificates = {}, .moj = true});
  close(file);
  if (!reports) return 0;
  if (reports->empty() || std::ranges::any_of(*reports, [](const SignerReport& report) { return report.good(); })) std::abort();
  return 0;
}

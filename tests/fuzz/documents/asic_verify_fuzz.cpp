// SPDX-License-Identifier: Apache-2.0
// Containers from anywhere: read and verified with nothing trusted, so nothing may be found good; and read to be signed once more.
#include <algorithm>
#include <cstdlib>

#include "myna/documents/asic.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputPtr container = memory_input({data, size});
  const auto reports = verify_asic(*container, {});
  if (reports && std::ranges::any_of(*reports, [](const XmlSignerReport& report) { return report.good(); })) std::abort();
  const auto document = read_asic(container, {}, {});
  if (document && reports && reports->front().checks.front().code == "container" &&
      reports->front().checks.front().result == CheckResult::bad && reports->size() == 1 && reports->front().checks.size() == 1) {
    std::abort();   // what may not be read may not be signed
  }
  return 0;
}

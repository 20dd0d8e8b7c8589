// SPDX-License-Identifier: Apache-2.0
// The readers of pcscd.
#include <cstdlib>
#include <filesystem>

#include "model/module.hpp"
#include "myna/pcsc_backend.hpp"

namespace myna::p11 {

void add_backends(ReaderHub& hub) {
  PcscOptions options;
  const char* runtime = ::secure_getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && *runtime == '/') options.runtime_directory = std::filesystem::path(runtime) / "myna";
  hub.add(make_pcsc_backend(std::move(options)));
}

}  // namespace myna::p11

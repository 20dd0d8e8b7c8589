// SPDX-License-Identifier: Apache-2.0
// --format raw: the bare value, with either key.
#include "cli/files/file_stream.hpp"
#include "myna/documents/raw.hpp"
#include "sign_format.hpp"

namespace myna::cli {

// With --check the certificate is there.
Result<std::unique_ptr<Document>> open_raw_file(const SignInput& input) {
  return open_raw(input_file(input.paths.front()), chosen_digest(input.options));
}

}  // namespace myna::cli

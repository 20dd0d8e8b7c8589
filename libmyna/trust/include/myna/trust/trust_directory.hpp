// SPDX-License-Identifier: Apache-2.0
// Trusted issuers of cards' data as files: one public key in PEM each, named by its key id (32 hexadecimal digits, ".pem").
#pragma once

#include <filesystem>
#include <vector>

#include "myna/trust/cv_certificate.hpp"

namespace myna {

// Where an administrator puts them.
inline constexpr const char* kSystemTrust = "/etc/myna/trust";

// One of them. Errors: storage_failed (it cannot be read), malformed or invalid_argument (its name), the errors of its key.
Result<CvAnchor> read_trust_file(const std::filesystem::path& file);

// Other files are passed over. Errors: storage_failed (the directory or a file cannot be read), malformed (a name or a key).
Result<std::vector<CvAnchor>> read_trust_directory(const std::filesystem::path& directory);

}  // namespace myna

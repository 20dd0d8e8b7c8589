// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "myna/crypto/crypto.hpp"

namespace myna {

// The holder as the signature certificate names them (docs/card/certificates.md). Unknown values stay as they are written.
struct HolderAttributes {
  std::string name;
  std::string address;
  std::string birth_date;        // ISO date where it has the known form
  std::string sex;               // male, female, unknown
  // Positions, from 1, of characters that are substitutes for the registered ones; none when the flags do not fit.
  std::vector<int> substituted_in_name;
  std::vector<int> substituted_in_address;
};
std::optional<HolderAttributes> holder_attributes(const CertificateFields& fields);

}  // namespace myna

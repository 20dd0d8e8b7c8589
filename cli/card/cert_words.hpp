// SPDX-License-Identifier: Apache-2.0
// Pieces of certificates as text: times, usages, the holder's attributes.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/terminal/language.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::cli {

std::string iso_utc(std::chrono::sys_seconds time);     // 2030-01-02T14:59:59Z
std::string japan_time(std::chrono::sys_seconds time);  // 2030-01-02 23:59:59 JST

// "digitalSignature" as people would say it; an unknown name is shown as it is.
std::string usage_in_words(const std::string& name, const Words& words);

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

}  // namespace myna::cli

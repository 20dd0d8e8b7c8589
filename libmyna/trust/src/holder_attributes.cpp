// SPDX-License-Identifier: Apache-2.0
#include "myna/trust/holder_attributes.hpp"

#include <algorithm>
#include <string_view>

namespace myna {
namespace {

constexpr std::string_view kName = "1.2.392.200149.8.5.5.1", kNameFlags = "1.2.392.200149.8.5.5.2",
                           kSex = "1.2.392.200149.8.5.5.3", kBirthDate = "1.2.392.200149.8.5.5.4",
                           kAddress = "1.2.392.200149.8.5.5.5", kAddressFlags = "1.2.392.200149.8.5.5.6";

std::string value_of(const CertificateFields& fields, std::string_view oid) {
  const auto found = std::ranges::find(fields.other_names, oid, &OtherName::oid);
  return found == fields.other_names.end() ? std::string{} : found->value;
}

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// EYYYYMMDD: the era digit, then the Gregorian date.
std::string iso_date(const std::string& text) {
  if (text.size() != 9 || !all_digits(text)) return text;
  return text.substr(1, 4) + '-' + text.substr(5, 2) + '-' + text.substr(7, 2);
}

std::string sex_word(const std::string& digit) {
  if (digit == "1") return "male";
  return digit == "2" ? "female" : "unknown";
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// One digit for each character, not byte; flags of another length say nothing.
std::vector<int> substituted(std::string_view text, std::string_view flags) {
  std::vector<int> positions;
  if (flags.size() != characters(text)) return positions;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    if (flags[i] == '1') positions.push_back(static_cast<int>(i) + 1);
  }
  return positions;
}

}  // namespace

std::optional<HolderAttributes> holder_attributes(const CertificateFields& fields) {
  if (value_of(fields, kName).empty()) return std::nullopt;
  HolderAttributes holder{.name = value_of(fields, kName),
                          .address = value_of(fields, kAddress),
                          .birth_date = iso_date(value_of(fields, kBirthDate)),
                          .sex = sex_word(value_of(fields, kSex)),
                          .substituted_in_name = {},
                          .substituted_in_address = {}};
  holder.substituted_in_name = substituted(holder.name, value_of(fields, kNameFlags));
  holder.substituted_in_address = substituted(holder.address, value_of(fields, kAddressFlags));
  return holder;
}

}  // namespace myna

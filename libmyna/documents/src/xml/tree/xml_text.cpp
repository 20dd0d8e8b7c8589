// SPDX-License-Identifier: Apache-2.0
#include "xml_text.hpp"

#include <algorithm>
#include <array>

#include "myna/core/hex.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::xml {
namespace {

constexpr std::string_view kSpaces = " \t\r\n";

bool is_bad_step(std::string_view step) { return step.empty() || step == "." || step == ".."; }

}  // namespace

std::optional<Bytes> from_xml_base64(std::string_view text) {
  std::string packed(text);
  std::erase_if(packed, [](char c) { return kSpaces.find(c) != std::string_view::npos; });
  return from_base64(packed);
}

bool is_safe_name(std::string_view name) {
  const bool odd = std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\'; });
  if (odd || name.substr(0, name.find('/')).find(':') != std::string_view::npos) return false;
  for (std::size_t from = 0; from <= name.size();) {
    const std::size_t to = std::min(name.find('/', from), name.size());
    if (is_bad_step(name.substr(from, to - from))) return false;
    from = to + 1;
  }
  return true;
}

std::string random_id() {
  std::array<Byte, 8> random{};
  fill_random(random);
  return "id-" + to_hex(random);
}

}  // namespace myna::xml

// SPDX-License-Identifier: Apache-2.0
// A file of settings made of any bytes: understood in every line with values of the right form, or broken with a place and a sentence;
// broken, it locks everything.
#include <algorithm>
#include <cstdlib>

#include "myna/settings/settings_file.hpp"

using namespace myna::settings;

namespace {

bool is_printable(const std::string& text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

void check(const File& file) {
  const Locks locks(file);
  for (const Entry& entry : file.entries) {
    if (!std::ranges::all_of(entry.values, [&](const std::string& value) { return accepts(*entry.row, value); })) std::abort();
  }
  for (const Problem& problem : file.problems) {
    if (problem.line == 0 || !is_printable(one_line(problem).en) || !is_printable(problem.advice.ja)) std::abort();
  }
  for (const Row& row : rows()) {
    if (!file.good() && !locks.holds(row)) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const Kind kind : {Kind::system, Kind::user}) check(parse(text, "file", kind));
  return 0;
}

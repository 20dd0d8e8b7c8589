// SPDX-License-Identifier: Apache-2.0
#include "language.hpp"

#include <cstdlib>

namespace myna::cli {
namespace {

std::string_view named_in_arguments(int argc, const char* const* argv) {
  constexpr std::string_view kOption = "--lang";
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == kOption && i + 1 < argc) return argv[i + 1];
    if (argument.starts_with("--lang=")) return argument.substr(kOption.size() + 1);
  }
  return {};
}

std::string_view named_in_environment() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

}  // namespace

Language choose_language(int argc, const char* const* argv) {
  std::string_view name = named_in_arguments(argc, argv);
  if (name.empty()) name = named_in_environment();
  return name.starts_with("ja") ? Language::japanese : Language::english;
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// Every virtual card in $XDG_DATA_HOME/myna/virtual, each as a reader with its card in it: for trials and tests, and in a module of its
// own.
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "myna/virtual/virtual_backend.hpp"
#include "pkcs11/model/module.hpp"

namespace myna::p11 {
namespace {

namespace fs = std::filesystem;

fs::path cards_directory() {
  const char* data = ::secure_getenv("XDG_DATA_HOME");
  if (data != nullptr && *data == '/') return fs::path(data) / "myna" / "virtual";
  const char* home = ::secure_getenv("HOME");
  return fs::path(home == nullptr ? "/nonexistent" : home) / ".local" / "share" / "myna" / "virtual";
}

class VirtualSource final : public BackendSource {
 public:
  void add_to(ReaderHub& hub) override {
    std::error_code error;
    std::vector<fs::path> cards;
    for (fs::directory_iterator entry(cards_directory(), error), end; !error && entry != end; entry.increment(error)) {
      if (fs::exists(entry->path() / "card.json", error)) cards.push_back(entry->path());
    }
    std::ranges::sort(cards);
    for (const fs::path& card : cards) hub.add(std::make_unique<VirtualBackend>(card));
  }
};

}  // namespace

std::unique_ptr<BackendSource> make_backend_source(const Config&) { return std::make_unique<VirtualSource>(); }

}  // namespace myna::p11

// SPDX-License-Identifier: Apache-2.0
// A virtual card that comes and leaves by a link, and the objects of myna.h that free themselves.
#pragma once

#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "capi/myna.h"
#include "myna/virtual/card_directory.hpp"
#include "tests/support/virtual_card_fixture.hpp"

namespace myna::test {

namespace fs = std::filesystem;

class Reader {
 public:
  explicit Reader(const CardImage& image = card_image()) {
    std::string pattern = (fs::temp_directory_path() / "myna-capi-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    REQUIRE(CardDirectory::create(folder_ / "card", image));
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { fs::remove_all(folder_); }
  std::string name() const { return "virtual:" + (folder_ / "slot").string(); }
  void insert() const { fs::create_symlink(folder_ / "card", folder_ / "slot"); }
  void remove() const { fs::remove(folder_ / "slot"); }

 private:
  fs::path folder_;
};

struct Closer {
  void operator()(myna_kiosk* k) const { myna_kiosk_free(k); }
  void operator()(myna_session* s) const { myna_session_free(s); }
  void operator()(myna_options* o) const { myna_options_free(o); }
  void operator()(myna_error* e) const { myna_error_free(e); }
};
template <typename T>
using Owned = std::unique_ptr<T, Closer>;

inline Owned<myna_kiosk> open_kiosk(const Reader& reader) {
  const Owned<myna_options> options(myna_options_new());
  REQUIRE(myna_options_add_readers(options.get(), reader.name().c_str(), nullptr) == 0);
  REQUIRE(myna_options_set(options.get(), "test-issuers", "yes", nullptr) == 0);
  return Owned<myna_kiosk>(myna_kiosk_new(options.get(), nullptr));
}

inline std::string name_of(myna_error* error) {
  const Owned<myna_error> owned(error);
  return error == nullptr ? "" : myna_error_name(error);
}

}  // namespace myna::test

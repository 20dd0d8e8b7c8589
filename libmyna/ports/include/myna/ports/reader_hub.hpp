// SPDX-License-Identifier: Apache-2.0
// Several backends behind one list of readers.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "myna/ports/reader_backend.hpp"

namespace myna {

class ReaderHub {
 public:
  void add(std::unique_ptr<ReaderBackend> backend);

  // Every reader of every backend. A backend that fails hides nothing of the others; when all fail, the first error.
  Result<std::vector<ReaderInfo>> readers();

  // The one reader meant: by exact name, by a unique part of the name, or without a name the only reader with a card,
  // else the only reader. Errors: no_reader, no_card (several readers, all empty), reader_unknown, reader_ambiguous.
  Result<ReaderInfo> choose(std::string_view name);

  Result<std::unique_ptr<CardChannel>> open(const ReaderInfo& reader);

  // Waits on the backend that has readers; with one backend simply its wait.
  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most);

 private:
  std::vector<std::unique_ptr<ReaderBackend>> backends_;
};

}  // namespace myna

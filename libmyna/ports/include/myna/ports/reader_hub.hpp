// SPDX-License-Identifier: Apache-2.0
// Several backends behind one list of readers.
#pragma once

#include <deque>
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

  // The next change at any backend; of several at once each is told by a call of its own. Of backends that fail nothing is told while
  // another waits: an error only where all have failed (the first one's), no_reader where there is none. While it runs it has a thread for
  // each backend, with one backend none. Errors: cancelled when stop was requested.
  Result<ReaderEvent> wait(std::stop_token stop, std::chrono::milliseconds at_most);

 private:
  std::vector<Result<ReaderEvent>> wait_on_all(const std::stop_token& stop, std::chrono::milliseconds at_most);

  std::vector<std::unique_ptr<ReaderBackend>> backends_;
  std::deque<ReaderEvent> untold_;   // came at the same time as the one that was told
};

}  // namespace myna

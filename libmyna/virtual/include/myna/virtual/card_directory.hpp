// SPDX-License-Identifier: Apache-2.0
// A virtual card on disk: a directory of mode 0700 with card.json, pins.json (values and counters, the only
// part that changes) and one file for each EF and key.
#pragma once

#include <chrono>
#include <filesystem>

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"

namespace myna {

class CardDirectory {
 public:
  // Writes a new card. Errors: storage_failed with errno (EEXIST when the directory exists and is not empty).
  static Status create(const std::filesystem::path& directory, const CardImage& image);

  // Opens and locks it for this process. Errors: storage_failed (ENOENT when there is none), card_busy when another
  // process holds it until the deadline.
  static Result<CardDirectory> open(const std::filesystem::path& directory,
                                    std::chrono::milliseconds deadline = std::chrono::seconds(10));

  CardDirectory(CardDirectory&&) noexcept;
  CardDirectory& operator=(CardDirectory&&) noexcept;
  ~CardDirectory();

  // Errc::malformed when a file does not have its form, storage_failed when one cannot be read.
  Result<CardImage> load() const;
  // Files, keys and pins.json as in the image.
  Status save_contents(const CardImage& image) const;
  // Replaces pins.json atomically.
  Status save_pins(const CardImage& image) const;

 private:
  CardDirectory(std::filesystem::path directory, int lock) noexcept : directory_(std::move(directory)), lock_(lock) {}
  std::filesystem::path directory_;
  int lock_ = -1;
};

}  // namespace myna

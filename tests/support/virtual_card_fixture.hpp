// SPDX-License-Identifier: Apache-2.0
// A personalised card image, made once in a test program.
#pragma once

#include <stdexcept>
#include <string>

#include "myna/core/hex.hpp"
#include "myna/personalise/personalise.hpp"
#include "myna/virtual/virtual_card.hpp"

namespace myna::test {

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(std::string(describe(result.error().code).name));
  return *std::move(result);
}

inline std::chrono::sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// With its keys loaded: copies share them.
inline CardImage personalised(const Personalisation& what) { return must(VirtualCard::create(must(personalise(what)))).image(); }

inline const CardImage& card_image() {
  static const CardImage image = [] {
    Personalisation what;
    what.issued = now();
    return personalised(what);
  }();
  return image;
}

inline const ImageApplication& jpki_of(const CardImage& image) {
  for (const ImageApplication& application : image.applications) {
    if (equal(application.aid, aid::kJpki)) return application;
  }
  throw std::runtime_error("no JPKI application");
}

inline const Bytes& file_of(const CardImage& image, FileId id) {
  for (const ImageFile& file : jpki_of(image).files) {
    if (file.file == id) return file.content;
  }
  throw std::runtime_error("no such file");
}

// Hexadecimal in, hexadecimal out.
inline std::string say(VirtualCard& card, std::string_view command) { return to_hex(card.process(must(from_hex(command)))); }

}  // namespace myna::test

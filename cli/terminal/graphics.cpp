// SPDX-License-Identifier: Apache-2.0
#include "graphics.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "myna/core/base64.hpp"

namespace myna::cli {
namespace {

constexpr std::size_t kKittyChunk = 4096;
constexpr unsigned kGreys = 16;
constexpr std::uint32_t kBand = 6;   // rows of one sixel

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

bool names_one_of(const std::string& text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(parts, [&text](std::string_view part) { return text.find(part) != std::string::npos; });
}

Graphics detected() {
  if (::isatty(STDOUT_FILENO) == 0) return Graphics::none;
  const std::string terminal = variable("TERM") + ' ' + variable("TERM_PROGRAM");
  if (names_one_of(terminal, {"kitty", "ghostty", "WezTerm"})) return Graphics::kitty;
  return names_one_of(terminal, {"sixel", "foot", "mlterm", "contour"}) ? Graphics::sixel : Graphics::none;
}

std::string kitty_sequence(ByteView png) {
  const std::string data = base64(png);
  std::string text;
  for (std::size_t at = 0; at < data.size(); at += kKittyChunk) {
    const bool more = at + kKittyChunk < data.size();
    text += std::string("\033_G") + (at == 0 ? "f=100,a=T," : "") + "m=" + (more ? "1;" : "0;") + data.substr(at, kKittyChunk) + "\033\\";
  }
  return text + '\n';
}

unsigned grey_level(const Picture& picture, std::uint32_t x, std::uint32_t y) {
  return picture.grey[std::size_t{y} * picture.width + x] * kGreys / 256;
}

// One colour of one band: a character for each column, its bits the six rows from the top.
std::string band_of(const Picture& picture, std::uint32_t top, unsigned level) {
  std::string text = '#' + std::to_string(level);
  const std::uint32_t rows = std::min(kBand, picture.height - top);
  for (std::uint32_t x = 0; x < picture.width; ++x) {
    unsigned bits = 0;
    for (std::uint32_t row = 0; row < rows; ++row) bits |= grey_level(picture, x, top + row) == level ? 1U << row : 0U;
    text += static_cast<char>('?' + bits);
  }
  return text + '$';
}

std::string sixel_sequence(const Picture& picture) {
  std::string text = "\033Pq";
  for (unsigned level = 0; level < kGreys; ++level) {
    const std::string percent = std::to_string(level * 100 / (kGreys - 1));
    text += '#' + std::to_string(level) + ";2;" + percent + ';' + percent + ';' + percent;
  }
  for (std::uint32_t top = 0; top < picture.height; top += kBand) {
    for (unsigned level = 0; level < kGreys; ++level) text += band_of(picture, top, level);
    text += '-';
  }
  return text + "\033\\\n";
}

}  // namespace

Graphics graphics_by_name(std::string_view name) {
  if (name == "auto") return detected();
  return name == "kitty" ? Graphics::kitty : name == "sixel" ? Graphics::sixel : Graphics::none;
}

Result<PictureSequence> picture_sequence(const Picture& picture, Graphics graphics) {
  if (graphics == Graphics::none) return PictureSequence{};
  if (graphics == Graphics::sixel) return PictureSequence{sixel_sequence(picture)};
  MYNA_TRY(const Bytes png, encode_png(picture, PngDepth::eight_bits));
  return PictureSequence{kitty_sequence(png)};
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
#include "drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <random>

namespace myna {
namespace {

constexpr Byte kWhite = 255;
constexpr Byte kBlack = 0;

// Five columns by seven rows, one byte a row, the leftmost column in bit 4.
using Glyph = std::array<Byte, 7>;
constexpr std::array<Glyph, 10> kDigits{
    Glyph{0x0E, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0E}, Glyph{0x04, 0x0C, 0x04, 0x04, 0x04, 0x04, 0x0E},
    Glyph{0x0E, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1F}, Glyph{0x1F, 0x02, 0x04, 0x02, 0x01, 0x11, 0x0E},
    Glyph{0x02, 0x06, 0x0A, 0x12, 0x1F, 0x02, 0x02}, Glyph{0x1F, 0x10, 0x1E, 0x01, 0x01, 0x11, 0x0E},
    Glyph{0x06, 0x08, 0x10, 0x1E, 0x11, 0x11, 0x0E}, Glyph{0x1F, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08},
    Glyph{0x0E, 0x11, 0x11, 0x0E, 0x11, 0x11, 0x0E}, Glyph{0x0E, 0x11, 0x11, 0x0F, 0x01, 0x02, 0x0C}};

Picture blank(std::uint32_t width, std::uint32_t height) {
  return {.width = width, .height = height, .grey = Bytes(std::size_t{width} * height, kWhite)};
}

void set(Picture& picture, std::uint32_t x, std::uint32_t y, Byte value) {
  if (x < picture.width && y < picture.height) picture.grey[std::size_t{y} * picture.width + x] = value;
}

void fill(Picture& picture, std::uint32_t left, std::uint32_t top, std::uint32_t side) {
  for (std::uint32_t y = 0; y < side; ++y) {
    for (std::uint32_t x = 0; x < side; ++x) set(picture, left + x, top + y, kBlack);
  }
}

void draw_digit(Picture& picture, std::uint32_t left, std::uint32_t top, std::uint32_t scale, std::uint32_t digit) {
  for (std::uint32_t row = 0; row < 7; ++row) {
    for (std::uint32_t column = 0; column < 5; ++column) {
      if ((kDigits[digit][row] >> (4 - column) & 1) != 0) fill(picture, left + column * scale, top + row * scale, scale);
    }
  }
}

std::vector<char32_t> code_points(std::string_view utf8) {
  std::vector<char32_t> points;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    if (continues && !points.empty()) points.back() = points.back() << 6 | (byte & 0x3F);
    else points.push_back(byte < 0x80 ? byte : byte < 0xE0 ? byte & 0x1F : byte < 0xF0 ? byte & 0x0F : byte & 0x07);
  }
  return points;
}

void draw_box(Picture& picture, std::uint32_t left, std::uint32_t top, char32_t point) {
  for (std::uint32_t i = 1; i < 15; ++i) {
    for (const auto& [x, y] : {std::pair{i, 1U}, std::pair{i, 14U}, std::pair{1U, i}, std::pair{14U, i}}) {
      set(picture, left + x, top + y, kBlack);
    }
  }
  for (std::uint32_t bit = 0; bit < 16; ++bit) {
    if ((point >> (15 - bit) & 1) != 0) fill(picture, left + 3 + bit % 4 * 3, top + 3 + bit / 4 * 3, 2);
  }
}

void draw_character(Picture& picture, std::uint32_t left, std::uint32_t top, char32_t point) {
  constexpr char32_t kFullWidthZero = 0xFF10;
  constexpr char32_t kFullWidthSpace = 0x3000;
  const char32_t zero = point >= kFullWidthZero ? kFullWidthZero : U'0';
  if (point == kFullWidthSpace || point == U' ') return;
  if (point >= zero && point <= zero + 9) draw_digit(picture, left + 3, top + 1, 2, static_cast<std::uint32_t>(point - zero));
  else draw_box(picture, left, top, point);
}

bool in_ellipse(double x, double y, double middle_x, double middle_y, double half_width, double half_height) {
  const double dx = (x - middle_x) / half_width;
  const double dy = (y - middle_y) / half_height;
  return dx * dx + dy * dy <= 1;
}

Byte portrait_grey(double x, double y) {
  const bool eye = in_ellipse(std::abs(x - 80), y, 20, 88, 7, 4);
  const bool mouth = in_ellipse(x, y, 80, 124, 16, 4);
  if (eye || mouth) return 40;
  if (in_ellipse(x, y, 80, 95, 42, 56)) return static_cast<Byte>(200 - (std::abs(x - 80) / 2));
  if (in_ellipse(x, y, 80, 82, 52, 62)) return 60;                                             // hair
  if (in_ellipse(x, y, 80, 210, 74, 60)) return static_cast<Byte>(110 + (y - 150) / 2);        // shoulders
  return static_cast<Byte>(235 - y / 10);
}

}  // namespace

Picture draw_portrait(std::uint32_t scale) {
  constexpr int kGrain = 24;
  Picture picture = blank(160 * scale, 200 * scale);
  std::minstd_rand grain;
  for (std::uint32_t y = 0; y < picture.height; ++y) {
    for (std::uint32_t x = 0; x < picture.width; ++x) {
      const int noise = scale == 1 ? 0 : static_cast<int>(grain() % kGrain) - kGrain / 2;
      set(picture, x, y, static_cast<Byte>(std::clamp(portrait_grey(x / double(scale), y / double(scale)) + noise, 0, 255)));
    }
  }
  return picture;
}

Picture draw_text(std::string_view utf8) {
  constexpr std::uint32_t kCell = 16;
  constexpr std::uint32_t kPerLine = 20;
  const auto points = code_points(utf8);
  const auto count = static_cast<std::uint32_t>(points.size());
  Picture picture = blank(std::max(1U, std::min(count, kPerLine)) * kCell, std::max(1U, (count + kPerLine - 1) / kPerLine) * kCell);
  for (std::uint32_t i = 0; i < count; ++i) draw_character(picture, i % kPerLine * kCell, i / kPerLine * kCell, points[i]);
  return picture;
}

Picture draw_digits(std::string_view digits) {
  constexpr std::uint32_t kWidth = 6;
  constexpr std::uint32_t kHeight = 12;
  Picture picture = blank(static_cast<std::uint32_t>(digits.size()) * kWidth, kHeight);
  for (std::uint32_t i = 0; i < digits.size(); ++i) {
    draw_digit(picture, i * kWidth, 2, 1, static_cast<std::uint32_t>(digits[i] - '0'));
  }
  return picture;
}

}  // namespace myna

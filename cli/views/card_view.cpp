// SPDX-License-Identifier: Apache-2.0
#include "card_view.hpp"

#include <algorithm>

#include "cli/terminal/graphics.hpp"
#include "myna/core/base64.hpp"
#include "myna/core/utf8.hpp"

namespace myna::cli {
namespace {

constexpr std::string_view kStyle =
    "body{font-family:sans-serif;background:#eee;margin:2em}main{background:#fff;border:1px solid "
    "#888;border-radius:12px;max-width:42em;padding:1.5em}"
    "img{image-rendering:pixelated}.photo{float:right;width:10em;border:1px solid #888}dt{color:#555;font-size:.85em}dd{margin:0 0 .7em}"
    "table{clear:both;border-collapse:collapse}td{border-top:1px solid #ccc;padding:.2em .6em}";

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : printable(text)) {
    if (c == '&') safe += "&amp;";
    else if (c == '<') safe += "&lt;";
    else if (c == '>') safe += "&gt;";
    else if (c == '"') safe += "&quot;";
    else safe += c;
  }
  return safe;
}

Result<std::string> image(const Picture& picture, std::string_view css_class, const std::string& alternative) {
  MYNA_TRY(const Bytes png, encode_png(picture, PngDepth::eight_bits));
  return "<img class=\"" + std::string(css_class) + "\" alt=\"" + escaped(alternative) + "\" src=\"data:image/png;base64," + base64(png) +
         "\">\n";
}

std::string list_of(const std::vector<CardField>& fields) {
  std::string html = "<dl>\n";
  for (const CardField& field : fields) html += "<dt>" + escaped(field.label) + "</dt><dd>" + escaped(field.value) + "</dd>\n";
  return html + "</dl>\n";
}

std::string table_of(const std::vector<CardField>& rows) {
  if (rows.empty()) return {};
  std::string html = "<table>\n";
  for (const CardField& row : rows) html += "<tr><td>" + escaped(row.value) + "</td><td>" + escaped(row.label) + "</td></tr>\n";
  return html + "</table>\n";
}

void place(const Picture& picture, std::uint32_t left, std::uint32_t top, Picture& on) {
  for (std::uint32_t y = 0; y < picture.height && top + y < on.height; ++y) {
    for (std::uint32_t x = 0; x < picture.width && left + x < on.width; ++x) {
      on.grey[std::size_t{top + y} * on.width + left + x] = picture.grey[std::size_t{y} * picture.width + x];
    }
  }
}

// By leaving rows and columns out, until it fits.
Picture fitted(const Picture& picture, std::uint32_t width, std::uint32_t height) {
  const std::uint32_t step = std::max({1U, (picture.width + width - 1) / width, (picture.height + height - 1) / height});
  Picture small{.width = std::max(1U, picture.width / step), .height = std::max(1U, picture.height / step), .grey = {}};
  for (std::uint32_t y = 0; y < small.height; ++y) {
    for (std::uint32_t x = 0; x < small.width; ++x) small.grey.push_back(picture.grey[std::size_t{y * step} * picture.width + x * step]);
  }
  return small;
}

}  // namespace

Result<std::string> html_page(const CardView& view, const Words& words) {
  MYNA_TRY(const std::string photo, image(view.photo, "photo", words({"Photo", "顔写真"})));
  MYNA_TRY(const std::string name, image(view.name, "text", words({"Name as printed", "券面の氏名"})));
  MYNA_TRY(const std::string address, image(view.address, "text", words({"Address as printed", "券面の住所"})));
  return std::string("<!doctype html>\n<html lang=\"") + (words.japanese() ? "ja" : "en") + "\">\n<head>\n<meta charset=\"utf-8\">\n" +
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n<title>" +
         escaped(view.title) + "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n<main>\n<h1>" + escaped(view.title) +
         "</h1>\n" + photo + list_of(view.fields) + "<p>" + name + "</p>\n<p>" + address + "</p>\n" + table_of(view.report) +
         "</main>\n</body>\n</html>\n";
}

Picture card_picture(const CardView& view) {
  constexpr std::uint32_t kWidth = 480, kHeight = 300, kMargin = 16;
  Picture card{.width = kWidth, .height = kHeight, .grey = Bytes(std::size_t{kWidth} * kHeight, 255)};
  const Picture photo = fitted(view.photo, 160, kHeight - 2 * kMargin);
  place(photo, kWidth - kMargin - photo.width, kMargin, card);
  const std::uint32_t room = kWidth - 3 * kMargin - photo.width;
  const Picture name = fitted(view.name, room, 80);
  place(name, kMargin, kMargin, card);
  place(fitted(view.address, room, 120), kMargin, 2 * kMargin + name.height, card);
  return card;
}

}  // namespace myna::cli

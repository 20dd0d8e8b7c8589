// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <algorithm>

#include "myna/pictures/picture.hpp"

namespace myna {
namespace {

bool is_filled(const Picture& picture) {
  return picture_fits(picture.width, picture.height) && picture.grey.size() == std::size_t{picture.width} * picture.height;
}

void write_bytes(png_structp png, png_bytep data, png_size_t size) {
  append(*static_cast<Bytes*>(png_get_io_ptr(png)), ByteView(data, size));
}

struct Writer {
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  Writer() = default;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

Bytes row_of(const Picture& picture, std::uint32_t y, PngDepth depth) {
  const ByteView grey = ByteView(picture.grey).subspan(std::size_t{y} * picture.width, picture.width);
  if (depth == PngDepth::eight_bits) return Bytes(grey.begin(), grey.end());
  Bytes row((picture.width + 7) / 8);
  for (std::size_t x = 0; x < grey.size(); ++x) {
    if (grey[x] >= 128) row[x / 8] = static_cast<Byte>(row[x / 8] | (0x80 >> x % 8));
  }
  return row;
}

// libpng leaves by longjmp: nothing in here may own memory besides `out` and the rows, which live outside.
bool write_rows(Writer& writer, const Picture& picture, PngDepth depth, std::vector<Bytes>& rows, Bytes& out) {
  if (writer.info == nullptr || setjmp(png_jmpbuf(writer.png)) != 0) return false;
  png_set_write_fn(writer.png, &out, write_bytes, nullptr);
  png_set_IHDR(writer.png, writer.info, picture.width, picture.height, static_cast<int>(depth), PNG_COLOR_TYPE_GRAY,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(writer.png, writer.info);
  for (Bytes& row : rows) png_write_row(writer.png, row.data());
  png_write_end(writer.png, nullptr);
  return true;
}

}  // namespace

Result<Bytes> encode_png(const Picture& picture, PngDepth depth) {
  if (!is_filled(picture)) return fail(Errc::invalid_argument);
  std::vector<Bytes> rows;
  for (std::uint32_t y = 0; y < picture.height; ++y) rows.push_back(row_of(picture, y, depth));
  Bytes out;
  Writer writer;
  if (!write_rows(writer, picture, depth, rows, out)) return fail(Errc::crypto_failed);
  return out;
}

// The simplified interface of libpng: it catches its own errors and never leaves by longjmp.
Result<Picture> decode_png(ByteView png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) return fail(Errc::malformed);
  Picture picture{.width = image.width, .height = image.height, .grey = {}};
  const bool fits = picture_fits(image.width, image.height);
  image.format = PNG_FORMAT_GRAY;
  if (fits) picture.grey.resize(PNG_IMAGE_SIZE(image));
  const bool read = fits && png_image_finish_read(&image, nullptr, picture.grey.data(), 0, nullptr) != 0 && image.warning_or_error == 0;
  png_image_free(&image);
  return read ? Result<Picture>(std::move(picture)) : fail(Errc::malformed);
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "pdf_picture.hpp"

#include <turbojpeg.h>

#include <algorithm>
#include <cstdlib>

#include "pdf/reading/pdf_bytes.hpp"

namespace myna::pdf {
namespace {

constexpr std::uint64_t kMaxBytes = 4 << 20;
constexpr std::int64_t kMaxPixels = 4'000'000;
constexpr std::uint32_t kPngMagic = 0x89504E47;

bool is_sane(int width, int height) { return width > 0 && height > 0 && std::int64_t{width} * height <= kMaxPixels; }

cairo_status_t next_png_bytes(void* rest, unsigned char* out, unsigned int count) {
  const auto part = static_cast<ByteReader*>(rest)->take(count);
  if (!part) return CAIRO_STATUS_READ_ERROR;
  std::ranges::copy(*part, out);
  return CAIRO_STATUS_SUCCESS;
}

// Width and height stand in the first chunk, so a bomb is not unpacked.
Result<Surface> png(ByteView bytes) {
  ByteReader header(bytes);
  MYNA_CHECK(header.take(16));
  MYNA_TRY(const std::uint32_t width, header.be32());
  MYNA_TRY(const std::uint32_t height, header.be32());
  if (width > kMaxPixels || height > kMaxPixels || !is_sane(static_cast<int>(width), static_cast<int>(height))) {
    return fail(Errc::invalid_argument);
  }
  ByteReader rest(bytes);
  Surface surface(cairo_image_surface_create_from_png_stream(next_png_bytes, &rest));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return fail(Errc::invalid_argument);
  return surface;
}

struct TurboDeleter {
  void operator()(void* handle) const noexcept { tjDestroy(handle); }
};

Status attach_jpeg(cairo_surface_t* surface, ByteView bytes) {
  auto* copy = static_cast<unsigned char*>(std::malloc(bytes.size()));
  if (copy == nullptr) throw std::bad_alloc();
  std::ranges::copy(bytes, copy);
  const auto status = cairo_surface_set_mime_data(surface, CAIRO_MIME_TYPE_JPEG, copy, bytes.size(), std::free, copy);
  if (status == CAIRO_STATUS_SUCCESS) return {};
  std::free(copy);
  return fail(Errc::invalid_argument);
}

Result<Surface> jpeg(ByteView bytes) {
  const std::unique_ptr<void, TurboDeleter> turbo(tjInitDecompress());
  int width = 0, height = 0, sampling = 0, colours = 0;
  const bool known = turbo && tjDecompressHeader3(turbo.get(), bytes.data(), bytes.size(), &width, &height, &sampling, &colours) == 0;
  if (!known || !is_sane(width, height)) return fail(Errc::invalid_argument);
  Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height));
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return fail(Errc::invalid_argument);
  cairo_surface_flush(surface.get());
  if (tjDecompress2(turbo.get(), bytes.data(), bytes.size(), cairo_image_surface_get_data(surface.get()), width,
                    cairo_image_surface_get_stride(surface.get()), height, TJPF_BGRX, TJFLAG_STOPONWARNING) != 0) {
    return fail(Errc::invalid_argument);
  }
  cairo_surface_mark_dirty(surface.get());
  MYNA_CHECK(attach_jpeg(surface.get(), bytes));
  return surface;
}

}  // namespace

Result<Surface> load_picture(const std::string& path) {
  MYNA_TRY(const auto file, file_input(path)->open_random_access());
  if (file->size() < 24 || file->size() > kMaxBytes) return fail(Errc::invalid_argument);
  MYNA_TRY(const Bytes bytes, file->piece(0, file->size()));
  MYNA_TRY(const std::uint32_t magic, ByteReader(bytes).be32());
  return magic == kPngMagic ? png(bytes) : jpeg(bytes);
}

}  // namespace myna::pdf

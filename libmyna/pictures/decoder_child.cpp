// SPDX-License-Identifier: Apache-2.0
// The child writes its result into its pipe: a PNG, or width, height (four bytes each, big-endian) and the grey bytes; less is a failure.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "myna/picture.hpp"

namespace myna {
namespace {

constexpr rlim_t kProcessorSeconds = 10;
constexpr std::size_t kHeader = 8;

void limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(what, &both);
}

void give_up_rights(int pipe) {
  ::prctl(PR_SET_DUMPABLE, 0);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, kProcessorSeconds);
  limit(RLIMIT_FSIZE, 0);
  ::dup2(pipe, STDIN_FILENO);
  ::close_range(STDIN_FILENO + 1, ~0U, 0);
  limit(RLIMIT_NOFILE, 1);
}

bool write_all(int fd, ByteView data) {
  while (!data.empty()) {
    const ssize_t count = ::write(fd, data.data(), data.size());
    if (count <= 0) return false;
    data = data.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

void append_u32(Bytes& to, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) to.push_back(static_cast<Byte>(value >> shift));
}

Result<Bytes> raw_picture(const Picture& picture) {
  Bytes out;
  append_u32(out, picture.width);
  append_u32(out, picture.height);
  append(out, picture.grey);
  return out;
}

Result<Bytes> png_picture(const Picture& picture) { return encode_png(picture, PngDepth::eight_bits); }

using Form = Result<Bytes> (*)(const Picture&);

[[noreturn]] void decode_and_exit(int pipe, ByteView jp2, Form form) {
  give_up_rights(pipe);
  const auto picture = decode_jp2(jp2);
  if (!picture) ::_exit(1);
  const auto out = form(*picture);
  ::_exit(out && write_all(STDIN_FILENO, *out) ? 0 : 1);
}

SecretBytes read_until_end(int fd, std::size_t at_most) {
  SecretBytes data;
  std::array<Byte, 65536> part{};
  while (data.size() <= at_most) {
    const ssize_t count = ::read(fd, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    data.append(ByteView(part).first(static_cast<std::size_t>(count)));
  }
  wipe(part.data(), part.size());
  return data;
}

bool ended_well(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return false;
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Result<Picture> parse(ByteView data) {
  ByteReader reader(data);
  std::array<std::uint32_t, 2> sides{};
  for (std::uint32_t& side : sides) {
    MYNA_TRY(const ByteView bytes, reader.take(4));
    for (const Byte b : bytes) side = side << 8 | b;
  }
  Picture picture{.width = sides[0], .height = sides[1], .grey = Bytes(data.begin() + kHeader, data.end())};
  const bool fits = picture.width <= kMaxPictureSide && picture.height <= kMaxPictureSide;
  if (!fits || picture.grey.size() != std::size_t{picture.width} * picture.height) return fail(Errc::malformed);
  return picture;
}

Result<SecretBytes> in_child(ByteView jp2, Form form) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_native(Errc::storage_failed, errno);
  const pid_t child = ::fork();
  if (child == 0) decode_and_exit(ends[1], jp2, form);
  ::close(ends[1]);
  SecretBytes data;
  if (child > 0) data = read_until_end(ends[0], kHeader + std::size_t{kMaxPictureSide} * kMaxPictureSide);
  ::close(ends[0]);
  if (child < 0) return fail_native(Errc::storage_failed, errno);
  if (!ended_well(child)) return fail(Errc::malformed);
  return data;
}

}  // namespace

Result<Picture> decode_jp2_in_child(ByteView jp2) {
  MYNA_TRY(const SecretBytes raw, in_child(jp2, raw_picture));
  return parse(raw.view());
}

Result<SecretBytes> jp2_to_png_in_child(ByteView jp2) { return in_child(jp2, png_picture); }

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// The child writes its result into its pipe: a PNG, or width, height (four bytes each, big-endian) and the grey bytes; less is a failure.
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "myna/pictures/picture.hpp"

namespace myna {
namespace {

using Clock = std::chrono::steady_clock;

constexpr rlim_t kProcessorSeconds = 10;
constexpr std::chrono::seconds kMostTime{20};             // the child may do what the picture makes it do: also nothing
[[maybe_unused]] constexpr rlim_t kMemory = 256U << 20U;   // more than it has already, shared with its parent
constexpr std::size_t kHeader = 8;

void limit(__rlimit_resource what, rlim_t value) {
  const rlimit both{value, value};
  ::setrlimit(what, &both);
}

// What this process has of addresses, in bytes (proc(5), statm). Without /proc more than any has that decodes pictures.
[[maybe_unused]] rlim_t address_space() {
  std::array<char, 64> text{};
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  const ssize_t got = file < 0 ? -1 : ::read(file, text.data(), text.size() - 1);
  if (file >= 0) ::close(file);
  return got > 0 ? std::strtoull(text.data(), nullptr, 10) * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) : rlim_t{8} << 30U;
}

void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  limit(RLIMIT_AS, address_space() + kMemory);
#endif
}

void give_up_rights(int pipe) {
  limit_memory();
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

bool is_readable(int fd, Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
  pollfd one{fd, POLLIN, 0};
  return left.count() > 0 && ::poll(&one, 1, static_cast<int>(left.count())) > 0;
}

SecretBytes read_until_end(int fd, std::size_t at_most, Clock::time_point end) {
  SecretBytes data;
  std::array<Byte, 65536> part{};
  while (data.size() <= at_most && is_readable(fd, end)) {
    const ssize_t count = ::read(fd, part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    data.append(ByteView(part).first(static_cast<std::size_t>(count)));
  }
  wipe(part.data(), part.size());
  return data;
}

// A child that is not over in time is ended.
bool ended_well(pid_t child, Clock::time_point end) {
  int status = 0;
  pid_t ended = 0;
  while ((ended = ::waitpid(child, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
    if (Clock::now() >= end) ::kill(child, SIGKILL);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

Result<Picture> parse(ByteView data) {
  ByteReader reader(data);
  MYNA_TRY(const std::uint32_t width, reader.be32());
  MYNA_TRY(const std::uint32_t height, reader.be32());
  const ByteView grey = reader.rest();
  Picture picture{.width = width, .height = height, .grey = Bytes(grey.begin(), grey.end())};
  if (!picture_fits(width, height) || picture.grey.size() != std::size_t{picture.width} * picture.height) return fail(Errc::malformed);
  return picture;
}

Result<SecretBytes> in_child(ByteView jp2, Form form) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_native(Errc::storage_failed, errno);
  const auto end = Clock::now() + kMostTime;
  const pid_t child = ::fork();
  if (child == 0) decode_and_exit(ends[1], jp2, form);
  ::close(ends[1]);
  SecretBytes data;
  if (child > 0) data = read_until_end(ends[0], kHeader + std::size_t{kMaxPicturePixels}, end);
  ::close(ends[0]);
  if (child < 0) return fail_native(Errc::storage_failed, errno);
  if (!ended_well(child, end)) return fail(Errc::malformed);
  return data;
}

}  // namespace

Result<Picture> decode_jp2_in_child(ByteView jp2) {
  MYNA_TRY(const SecretBytes raw, in_child(jp2, raw_picture));
  return parse(raw.view());
}

Result<SecretBytes> jp2_to_png_in_child(ByteView jp2) { return in_child(jp2, png_picture); }

}  // namespace myna

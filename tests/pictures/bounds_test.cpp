// SPDX-License-Identifier: Apache-2.0
// Pictures of a forged card that are small and ask for much: refused before there is room made for them, or in a child that gets no more.
#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <thread>

#include "myna/pictures/picture.hpp"

using namespace myna;

namespace {

constexpr std::uint32_t kSide = 2048;
constexpr long kLittle = 100 * 1024;   // kB

Picture grey(std::uint32_t width, std::uint32_t height) { return {.width = width, .height = height,
                                                                  .grey = Bytes(std::size_t{width} * height, 128)}; }

// Of the most memory that this process ever had, or a child of it: so much more in kB after `work`.
long growth(int whose, const std::function<void()>& work) {
  rusage before{}, after{};
  ::getrusage(whose, &before);
  work();
  ::getrusage(whose, &after);
  return after.ru_maxrss - before.ru_maxrss;
}

std::size_t place_of(const Bytes& jp2, const Bytes& mark) {
  const auto found = std::ranges::search(jp2, mark);
  REQUIRE(!found.empty());
  return static_cast<std::size_t>(found.begin() - jp2.begin());
}

void put32(Bytes& to, std::size_t at, std::uint32_t value) {
  for (const int shift : {24, 16, 8, 0}) to.at(at++) = static_cast<Byte>(value >> shift);
}

// SIZ begins with its marker, its length and the capabilities; then sides, components (ISO/IEC 15444-1 A.5.1).
constexpr std::size_t kRight = 6, kBottom = 10, kLeft = 14, kTileWidth = 22, kTileHeight = 26, kTilesLeft = 30, kComponents = 38,
                      kBits = 40, kSpacing = 41;

Bytes with_siz(const std::function<void(Bytes&, std::size_t)>& change) {
  Bytes jp2 = *encode_jp2(grey(kSide, kSide));
  change(jp2, place_of(jp2, {0xFF, 0x4F, 0xFF, 0x51}) + 2);
  return jp2;
}

// The coding style (A.6.1) names precincts of two pixels: as many administrations as a quarter of the pixels.
Bytes with_tiny_precincts() {
  Bytes jp2 = *encode_jp2(grey(kSide, kSide));
  const std::size_t cod = place_of(jp2, {0xFF, 0x52});
  const std::size_t levels = jp2.at(cod + 9);
  jp2.at(cod + 3) = static_cast<Byte>(jp2.at(cod + 3) + levels + 1);
  jp2.at(cod + 4) = static_cast<Byte>(jp2.at(cod + 4) | 1);
  jp2.insert(jp2.begin() + static_cast<std::ptrdiff_t>(cod) + 14, levels + 1, 0x11);
  put32(jp2, place_of(jp2, {'j', 'p', '2', 'c'}) - 4, 0);   // to the end of the file
  return jp2;
}

// 0: it has none now.
pid_t child_of_any_thread() {
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    pid_t child = 0;
    if (std::ifstream(thread.path() / "children") >> child) return child;
  }
  return 0;
}

}  // namespace

TEST_CASE("a picture of the largest size is decoded") {
  const Bytes jp2 = *encode_jp2(grey(kSide, kSide));
  CHECK(jp2.size() < 8 * 1024);
  CHECK(*decode_jp2_in_child(jp2) == grey(kSide, kSide));
}

TEST_CASE("a header that asks for much is refused before there is room made for it") {
  const auto change = GENERATE(
      as<std::function<void(Bytes&, std::size_t)>>(),
      [](Bytes& b, std::size_t siz) { put32(b, siz + kRight, 4096), put32(b, siz + kBottom, 4096); },
      [](Bytes& b, std::size_t siz) { put32(b, siz + kRight, 0xFFFFFFFF); },
      [](Bytes& b, std::size_t siz) { put32(b, siz + kLeft, kSide); },
      // 58 368 tiles
      [](Bytes& b, std::size_t siz) { put32(b, siz + kTileWidth, 9), put32(b, siz + kTileHeight, 8); },
      [](Bytes& b, std::size_t siz) { put32(b, siz + kTileWidth, 0); }, [](Bytes& b, std::size_t siz) { put32(b, siz + kTilesLeft, 1); },
      [](Bytes& b, std::size_t siz) { b.at(siz + kComponents) = 64; }, [](Bytes& b, std::size_t siz) { b.at(siz + kComponents + 1) = 0; },
      [](Bytes& b, std::size_t siz) { b.at(siz + kComponents + 1) = 3; }, [](Bytes& b, std::size_t siz) { b.at(siz + kBits) = 37; },
      [](Bytes& b, std::size_t siz) { b.at(siz + kBits) = 0x87; }, [](Bytes& b, std::size_t siz) { b.at(siz + kSpacing) = 255; });
  const Bytes jp2 = with_siz(change);
  CHECK(growth(RUSAGE_SELF, [&] { CHECK(decode_jp2(jp2).error().code == Errc::malformed); }) < kLittle);
}

TEST_CASE("boxes that are none are malformed") {
  Bytes jp2 = *encode_jp2(grey(16, 16));
  const std::size_t first = GENERATE(0U, 1U, 7U, 0xFFFFFFFFU);
  put32(jp2, 0, static_cast<std::uint32_t>(first));
  CHECK(decode_jp2(jp2).error().code == Errc::malformed);
}

TEST_CASE("a PNG that is larger than it may be is refused before there is room made for it") {
  Bytes png = *encode_png(grey(16, 16), PngDepth::eight_bits);
  const std::size_t header = place_of(png, {'I', 'H', 'D', 'R'}) + 4;
  put32(png, header, 4096);
  put32(png, header + 4, 4096);
  CHECK(growth(RUSAGE_SELF, [&] { CHECK_FALSE(decode_png(png)); }) < kLittle);
  CHECK_FALSE(encode_png(grey(4096, 4096), PngDepth::one_bit));
}

// Stopped, it uses neither processor nor memory: only the clock ends it.
TEST_CASE("a child that does nothing is ended") {
  std::promise<Errc> said;
  std::jthread parent([&said, jp2 = with_tiny_precincts()] { said.set_value(decode_jp2_in_child(jp2).error().code); });
  auto answer = said.get_future();
  pid_t child = 0;
  while (child == 0 && answer.wait_for(std::chrono::milliseconds(1)) == std::future_status::timeout) child = child_of_any_thread();
  REQUIRE(child != 0);
  REQUIRE(::kill(child, SIGSTOP) == 0);
  CHECK(answer.wait_for(std::chrono::seconds(120)) == std::future_status::ready);
  CHECK(answer.get() == Errc::malformed);
}

// A sanitizer needs terabytes of addresses, so that the limit cannot be set under one.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST_CASE("the child gets no more memory than 256 MiB") {
  const Bytes jp2 = with_tiny_precincts();
  const Bytes good = *encode_jp2(grey(16, 16));
  CHECK(decode_jp2_in_child(good));
  // and what it shares; 2.3 GB without
  CHECK(growth(RUSAGE_CHILDREN, [&] { CHECK(decode_jp2_in_child(jp2).error().code == Errc::malformed); }) < 400 * 1024);
}
#endif

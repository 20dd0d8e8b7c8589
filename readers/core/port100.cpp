// SPDX-License-Identifier: Apache-2.0
#include "port100.hpp"

#include <algorithm>
#include <numeric>

namespace myna::readers::port100 {
namespace {

constexpr std::array<Byte, 5> kDataStart{0x00, 0x00, 0xFF, 0xFF, 0xFF};   // extended frame, the only form in use
constexpr std::array<Byte, 8> kErrorFrame{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00};
constexpr std::size_t kHead = 8, kTail = 2;
constexpr Byte kToReader = 0xD6, kFromReader = 0xD7;
constexpr std::uint32_t kReceiveTimeout = 0x80;

Byte checksum(ByteView bytes) {
  return static_cast<Byte>(-std::accumulate(bytes.begin(), bytes.end(), 0));
}

bool starts_with(ByteView bytes, ByteView start) { return bytes.size() >= start.size() && equal(bytes.first(start.size()), start); }

}  // namespace

Result<Frame> parse_frame(ByteView bytes) {
  if (equal(bytes, kAck)) return Frame{Frame::Kind::ack, {}};
  if (equal(bytes, kErrorFrame)) return Frame{Frame::Kind::error, {}};
  if (bytes.size() < kHead + kTail || !starts_with(bytes, kDataStart)) return fail(Errc::malformed);
  const std::size_t length = static_cast<std::size_t>(bytes[5] | bytes[6] << 8);
  if (bytes[7] != checksum(bytes.subspan(5, 2)) || bytes.size() != kHead + length + kTail) return fail(Errc::malformed);
  const ByteView data = bytes.subspan(kHead, length);
  if (bytes[kHead + length] != checksum(data) || bytes.back() != 0) return fail(Errc::malformed);
  return Frame{Frame::Kind::data, data};
}

SecretBytes data_frame(ByteView data) {
  SecretBytes frame{ByteView(kDataStart)};
  const std::array length{static_cast<Byte>(data.size()), static_cast<Byte>(data.size() >> 8)};
  frame.append(length);
  frame.append(std::array{checksum(length)});
  frame.append(data);
  frame.append(std::array<Byte, 2>{checksum(data), 0});
  return frame;
}

SecretBytes command_frame(Command command, ByteView arguments) {
  SecretBytes data{ByteView(std::array{kToReader, static_cast<Byte>(command)})};
  data.append(arguments);
  return data_frame(data.view());
}

Result<ByteView> answer_to(Command command, ByteView data) {
  const std::array start{kFromReader, static_cast<Byte>(static_cast<Byte>(command) + 1)};
  if (!starts_with(data, start)) return fail(Errc::malformed);
  return data.subspan(start.size());
}

std::array<Byte, 4> in_set_rf_type_b(BitRate rate) {
  const auto type = static_cast<Byte>(0x07 + static_cast<Byte>(rate));
  return {0x03, type, 0x0F, type};
}

// The kernel's and nfcpy's table for Type B: guard time 20, CRC added and checked, SOF and EOF added and checked.
ByteView in_set_protocol_type_b() {
  static constexpr std::array<Byte, 38> kTable{
      0x00, 0x14, 0x01, 0x01, 0x02, 0x01, 0x03, 0x00, 0x04, 0x00, 0x05, 0x00, 0x06, 0x00, 0x07, 0x08, 0x08, 0x00, 0x09,
      0x01, 0x0A, 0x01, 0x0B, 0x01, 0x0C, 0x01, 0x0E, 0x04, 0x0F, 0x00, 0x10, 0x00, 0x11, 0x00, 0x12, 0x00, 0x13, 0x06};
  return kTable;
}

SecretBytes in_comm_rf(Duration wait, ByteView block) {
  const auto tenths = std::clamp<std::int64_t>((wait.count() + 99) / 100, 1, 0xFFFF);
  SecretBytes arguments{ByteView(std::array{static_cast<Byte>(tenths), static_cast<Byte>(tenths >> 8)})};
  arguments.append(block);
  return arguments;
}

Result<AirAnswer> parse_in_comm_rf(ByteView answer) {
  if (answer.size() < 4) return fail(Errc::malformed);
  const std::uint32_t status = answer[0] | static_cast<std::uint32_t>(answer[1]) << 8 |
                               static_cast<std::uint32_t>(answer[2]) << 16 | static_cast<std::uint32_t>(answer[3]) << 24;
  if (status == kReceiveTimeout) return AirAnswer{AirAnswer::Kind::silence, {}};
  // Then the number of valid bits of the last byte: a block of whole bytes has 8.
  if (status != 0 || answer.size() < 6 || answer[4] != 8) return AirAnswer{AirAnswer::Kind::garbled, {}};
  return AirAnswer{AirAnswer::Kind::block, answer.subspan(5)};
}

}  // namespace myna::readers::port100

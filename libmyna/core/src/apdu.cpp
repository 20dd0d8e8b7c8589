// SPDX-License-Identifier: Apache-2.0
// Coding of commands by ISO/IEC 7816-4, 5.1 and annex B: short form where it fits, else extended.
#include "myna/core/apdu.hpp"

#include <algorithm>

namespace myna {
namespace {

constexpr std::size_t kHeaderBytes = 4;
constexpr std::size_t kShortDataMax = 255;

template <typename Wire>
void put_be16(Wire& wire, std::uint32_t value) {
  wire.push_back(static_cast<Byte>(value >> 8));
  wire.push_back(static_cast<Byte>(value));
}

// 256 is coded 00 and 65,536 is coded 0000: both are the low bits of the number.
template <typename Wire>
void put_le(Wire& wire, Le le, bool extended) {
  if (le.bytes() == 0) return;
  if (extended) return put_be16(wire, le.bytes());
  wire.push_back(static_cast<Byte>(le.bytes()));
}

template <typename Wire>
void put_body(Wire& wire, ByteView data, bool extended) {
  if (data.empty()) return;
  if (extended) put_be16(wire, static_cast<std::uint32_t>(data.size()));
  else wire.push_back(static_cast<Byte>(data.size()));
  for (const Byte b : data) wire.push_back(b);
}

std::uint32_t short_le(Byte coded) { return coded == 0 ? 256 : coded; }
std::uint32_t extended_le(std::uint16_t coded) { return coded == 0 ? 65536 : coded; }

Status parse_short(ByteReader reader, ParsedCommand& command) {
  if (reader.remaining() == 1) {
    command.le = short_le(reader.rest()[0]);
    return {};
  }
  MYNA_TRY(const Byte lc, reader.u8());
  if (lc == 0) return fail(Errc::malformed);
  MYNA_TRY(command.data, reader.take(lc));
  if (reader.remaining() > 1) return fail(Errc::malformed);
  if (reader.remaining() == 1) command.le = short_le(reader.rest()[0]);
  return {};
}

Status parse_extended(ByteReader reader, ParsedCommand& command) {
  command.extended = true;
  MYNA_TRY([[maybe_unused]] const Byte marker, reader.u8());
  MYNA_TRY(const std::uint16_t first, reader.be16());
  if (reader.empty()) {
    command.le = extended_le(first);
    return {};
  }
  if (first == 0) return fail(Errc::malformed);
  MYNA_TRY(command.data, reader.take(first));
  if (reader.empty()) return {};
  MYNA_TRY(const std::uint16_t le, reader.be16());
  command.le = extended_le(le);
  return reader.empty() ? Status{} : Status{fail(Errc::malformed)};
}

}  // namespace

Result<CommandApdu> CommandApdu::build(Header header, ByteView data, Le le) {
  if (data.size() > kMaxData) return fail(Errc::invalid_argument);
  const bool extended = le.extended() || data.size() > kShortDataMax;
  CommandApdu command;
  for (const Byte b : {header.cla, header.ins, header.p1, header.p2}) command.wire_.push_back(b);
  if (extended) command.wire_.push_back(0);
  put_body(command.wire_, data, extended);
  put_le(command.wire_, le, extended);
  command.has_data_ = !data.empty();
  command.ne_ = le.bytes();
  return command;
}

CommandApdu CommandApdu::case1(Header header) { return *build(header, {}, Le::none()); }

CommandApdu CommandApdu::case2(Header header, Le le) { return *build(header, {}, le); }

Result<CommandApdu> CommandApdu::case3(Header header, ByteView data) {
  if (data.empty()) return fail(Errc::invalid_argument);
  return build(header, data, Le::none());
}

Result<CommandApdu> CommandApdu::case4(Header header, ByteView data, Le le) {
  if (data.empty() || le.bytes() == 0) return fail(Errc::invalid_argument);
  return build(header, data, le);
}

Header CommandApdu::header() const noexcept {
  const ByteView wire = wire_.view();
  if (wire.size() < kHeaderBytes) return {};   // moved from
  return {wire[0], wire[1], wire[2], wire[3]};
}

Result<ParsedCommand> parse_command(ByteView wire) {
  ByteReader reader(wire);
  MYNA_TRY(const ByteView head, reader.take(kHeaderBytes));
  ParsedCommand command{.header = {head[0], head[1], head[2], head[3]}};
  if (reader.empty()) return command;
  const bool extended = reader.remaining() >= 3 && reader.rest()[0] == 0;
  MYNA_CHECK(extended ? parse_extended(reader, command) : parse_short(reader, command));
  return command;
}

Result<ResponseApdu> ResponseApdu::parse(ByteView wire) {
  if (wire.size() < 2) return fail(Errc::link_lost);
  const ByteView trailer = wire.last(2);
  const StatusWord sw(static_cast<std::uint16_t>(trailer[0] << 8 | trailer[1]));
  return ResponseApdu(SecretBytes(wire.first(wire.size() - 2)), sw);
}

}  // namespace myna

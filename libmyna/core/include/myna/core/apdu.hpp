// SPDX-License-Identifier: Apache-2.0
// Command and response APDUs (ISO/IEC 7816-4, 5.1). Both are wiped when they go: any of them may carry a
// PIN or a name.
#pragma once

#include <array>
#include <cstdint>

#include "myna/core/bytes.hpp"
#include "myna/core/secret.hpp"
#include "myna/core/status_word.hpp"

namespace myna {

// The expected length. `short_max` asks for up to 256 bytes, `extended_max` for up to 65,536.
class Le {
 public:
  static constexpr Le none() { return Le(0); }
  static constexpr Le short_max() { return Le(256); }
  static constexpr Le extended_max() { return Le(65536); }
  // 1 to 65,536; above 256 the command is coded in extended form.
  static constexpr Le exactly(std::uint32_t bytes) { return Le(bytes); }

  constexpr std::uint32_t bytes() const { return bytes_; }
  constexpr bool extended() const { return bytes_ > 256; }

 private:
  constexpr explicit Le(std::uint32_t bytes) : bytes_(bytes) {}
  std::uint32_t bytes_;
};

struct Header {
  Byte cla, ins, p1, p2;
  constexpr bool operator==(const Header&) const = default;
};

namespace ins {
inline constexpr Byte kVerify = 0x20;
inline constexpr Byte kChangeReferenceData = 0x24;
inline constexpr Byte kPerformSecurityOperation = 0x2A;
inline constexpr Byte kInternalAuthenticate = 0x88;
inline constexpr Byte kSelect = 0xA4;
inline constexpr Byte kReadBinary = 0xB0;
inline constexpr Byte kReadRecord = 0xB2;
inline constexpr Byte kGetResponse = 0xC0;
inline constexpr Byte kGetData = 0xCA;
inline constexpr Byte kGetChallenge = 0x84;
}  // namespace ins

// A command in its wire form. The four named constructors are the four cases of the standard, so "no body"
// and "an empty body" cannot be confused: a body is 1 to 512 bytes.
class CommandApdu {
 public:
  static constexpr std::size_t kMaxData = 512;

  static CommandApdu case1(Header header);
  static CommandApdu case2(Header header, Le le);
  static Result<CommandApdu> case3(Header header, ByteView data);
  static Result<CommandApdu> case4(Header header, ByteView data, Le le);

  CommandApdu(const CommandApdu&) = delete;
  CommandApdu& operator=(const CommandApdu&) = delete;
  CommandApdu(CommandApdu&& other) noexcept = default;
  CommandApdu& operator=(CommandApdu&& other) noexcept = default;
  ~CommandApdu() = default;  // Secret wipes

  ByteView wire() const noexcept { return wire_.view(); }
  Header header() const noexcept;
  bool has_data() const noexcept { return has_data_; }
  std::uint32_t ne() const noexcept { return ne_; }   // the most that may be answered; 0 without Le

 private:
  CommandApdu() = default;
  static Result<CommandApdu> build(Header header, ByteView data, Le le);

  Secret<4 + 3 + kMaxData + 2> wire_;
  bool has_data_ = false;
  std::uint32_t ne_ = 0;
};

// What a received command means: the card's side of the same coding. Views into the wire bytes.
struct ParsedCommand {
  Header header{};
  ByteView data{};
  std::uint32_t le = 0;   // 0: no Le; 256 for short 00; 65,536 for extended 0000
  bool extended = false;
};

// Errc::malformed when the lengths do not add up.
Result<ParsedCommand> parse_command(ByteView wire);

// Data and status word. The status word is not judged here.
class ResponseApdu {
 public:
  // Errc::link_lost for fewer than two bytes: vpcd reports a card that vanished as success with 0 bytes.
  static Result<ResponseApdu> parse(ByteView wire);

  ResponseApdu(SecretBytes data, StatusWord sw) noexcept : data_(std::move(data)), sw_(sw) {}

  ByteView data() const noexcept { return data_.view(); }
  StatusWord sw() const noexcept { return sw_; }
  bool ok() const noexcept { return sw_.ok(); }
  SecretBytes take() && noexcept { return std::move(data_); }

 private:
  SecretBytes data_;
  StatusWord sw_;
};

}  // namespace myna

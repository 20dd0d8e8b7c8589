// SPDX-License-Identifier: Apache-2.0
#include "pseudo_apdu.hpp"

#include <array>

namespace myna::readers {
namespace {

constexpr Byte kClass = 0xFF, kGetData = 0xCA;
constexpr std::uint32_t kGetFeatures = 0x42000D48;          // SCARD_CTL_CODE(3400) of pcsc-lite
constexpr std::uint32_t kGetFeaturesWindows = 0x00313520;   // the same of Windows, which some programs send
constexpr std::uint32_t kGetTlvProperties = 0x42330012;     // the code libccid uses, so that programs know it
constexpr Byte kFeatureGetTlvProperties = 0x12;

SecretBytes with_status(ByteView data, std::uint16_t status) {
  SecretBytes answer(data);
  answer.append(std::array{static_cast<Byte>(status >> 8), static_cast<Byte>(status)});
  return answer;
}

constexpr Byte low(std::uint16_t value) { return static_cast<Byte>(value); }
constexpr Byte high(std::uint16_t value) { return static_cast<Byte>(value >> 8); }

}  // namespace

bool is_pseudo_apdu(ByteView apdu) { return !apdu.empty() && apdu[0] == kClass; }

SecretBytes answer_pseudo_apdu(ByteView apdu, ByteView pupi) {
  if (apdu.size() < 4 || apdu[1] != kGetData) return with_status({}, 0x6D00);
  if (apdu[2] != 0 || apdu[3] != 0) return with_status({}, 0x6A81);
  if (apdu.size() != 5) return with_status({}, 0x6700);
  if (apdu[4] != 0 && apdu[4] != pupi.size()) return with_status({}, static_cast<std::uint16_t>(0x6C00 | pupi.size()));
  return with_status(pupi, 0x9000);
}

// Features: big-endian codes. Properties: tag, length, little-endian value (PC/SC part 10, 2.2 and 2.6.14).
std::optional<Bytes> answer_control(std::uint32_t code, std::uint16_t vendor, std::uint16_t product) {
  if (code == kGetFeatures || code == kGetFeaturesWindows) return Bytes{kFeatureGetTlvProperties, 4, 0x42, 0x33, 0x00, 0x12};
  if (code != kGetTlvProperties) return std::nullopt;
  return Bytes{0x01, 2, 0, 0,                              // wLcdLayout: no display
               0x03, 1, 0,                                 // bTimeOut2
               0x09, 1, 0,                                 // bPPDUSupport: none
               0x0A, 4, 0, 0, 1, 0,                        // dwMaxAPDUDataSize: 65,536
               0x0B, 2, low(vendor), high(vendor),
               0x0C, 2, low(product), high(product)};
}

}  // namespace myna::readers

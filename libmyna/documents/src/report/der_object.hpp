// SPDX-License-Identifier: Apache-2.0
// DER: the tags that formats meet by hand (X.690, 8.4 to 8.21), and one object around its content (8.1).
#pragma once

#include "myna/core/bytes.hpp"

namespace myna {

namespace der_tag {
inline constexpr Byte kObjectId = 0x06, kSequence = 0x30, kSetOf = 0x31;
}  // namespace der_tag

inline void append_der_length(Bytes& der, std::size_t length) {
  if (length < 0x80) return der.push_back(static_cast<Byte>(length));
  Bytes digits;
  for (; length != 0; length >>= 8) digits.insert(digits.begin(), static_cast<Byte>(length));
  der.push_back(static_cast<Byte>(0x80 | digits.size()));
  append(der, digits);
}

inline Bytes der_object(Byte tag, ByteView content) {
  Bytes der{tag};
  append_der_length(der, content.size());
  append(der, content);
  return der;
}

}  // namespace myna

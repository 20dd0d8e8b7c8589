// SPDX-License-Identifier: Apache-2.0
// Writes DER (X.690, 8.1): one object around its content.
#pragma once

#include "myna/bytes.hpp"

namespace myna {

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

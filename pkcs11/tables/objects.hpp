// SPDX-License-Identifier: Apache-2.0
// The objects of a token, each a list of attributes made from the certificate and constants.
#pragma once

#include <optional>
#include <vector>

#include "pkcs11/cryptoki.hpp"
#include "pkcs11/model/slot.hpp"

namespace myna::p11 {

struct Attribute {
  CK_ATTRIBUTE_TYPE type;
  std::optional<Bytes> value;   // none: sensitive, never told
};

enum ObjectHandle : CK_OBJECT_HANDLE { kPrivateKey = 1, kPublicKey, kCertificate, kCaCertificate, kProfile, kPinCounter };

struct Object {
  CK_OBJECT_HANDLE handle;
  bool is_private;              // seen after a login only
  bool hidden;                  // found only by those who ask for its class
  std::vector<Attribute> attributes;
};

const Attribute* attribute_of(const Object& object, CK_ATTRIBUTE_TYPE type);

// Without a certificate (the sign token before a login) there is nothing but the counter.
std::vector<Object> make_objects(const Slot& slot, const SharedCertificate& certificate, const PinStatus* counter);

}  // namespace myna::p11

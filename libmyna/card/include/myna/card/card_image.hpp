// SPDX-License-Identifier: Apache-2.0
// What is on a virtual card, as data: applications, files, PINs, keys, and the dialect it speaks.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "myna/card/card_profile.hpp"
#include "myna/card/dialect.hpp"
#include "myna/core/bytes.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/ports/fault.hpp"

namespace myna {

struct ImagePin {
  FileId file = 0;
  std::string value;          // as the card compares it
  std::uint8_t maximum = 0;
  std::uint8_t remaining = 0;
  bool shared = false;        // one counter for all applications that hold this file (docs/card/common.md)
};

struct ImageFile {
  FileId file = 0;
  Bytes content;
  std::vector<FileId> opened_by;   // PIN files, any of which opens it; empty: free
  bool records = false;            // simple TLV records for READ RECORD, no transparent file
};

// For GET DATA.
struct ImageObject {
  std::uint16_t tag = 0;
  Bytes content;
};

struct ImageKey {
  FileId file = 0;
  Bytes pkcs8;                     // unencrypted test key
  std::optional<FileId> pin;       // none: usable without a PIN
  // By the virtual card: loading takes longer than a signature, so copies of an image share it. Reset it with `pkcs8`.
  std::shared_ptr<const PrivateKey> loaded{};
};

struct ImageApplication {
  Bytes aid;
  std::vector<ImageFile> files;
  std::vector<ImagePin> pins;
  std::vector<ImageKey> keys;
  std::optional<FileId> default_key{};          // what signature P2 = 00 means
  std::optional<FileId> authentication_key{};   // of INTERNAL AUTHENTICATE
  std::vector<ImageObject> objects{};
};

// A file beside the card for people who test with it: never read by a card.
struct Original {
  std::string name;
  Bytes content;
};

struct CardImage {
  std::string kind;                // CardProfile::name, or "foreign"
  Bytes atr;
  Dialect dialect;
  std::vector<ImageApplication> applications;
  std::vector<Fault> faults{};
  Latency latency{};
  std::vector<Original> originals{};   // what personalise() drew; written once and not loaded again
};

}  // namespace myna

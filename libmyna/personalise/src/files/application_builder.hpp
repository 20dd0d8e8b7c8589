// SPDX-License-Identifier: Apache-2.0
// Puts one application of a virtual card together.
#pragma once

#include "myna/card/card_image.hpp"
#include "myna/card/pin.hpp"
#include "pki/card_key.hpp"

namespace myna {

// The value in the form that the card takes. Errc::pin_malformed.
Result<std::string> checked_pin(PinKind kind, std::string_view text);

// Random digits.
std::string random_digits(std::size_t count);
// A file that real cards have and nobody has described: 16 bytes FF.
Bytes unknown_file();

class ApplicationBuilder {
 public:
  explicit ApplicationBuilder(ByteView aid);

  void file(FileId id, Bytes content, std::vector<FileId> opened_by);
  // Read by READ RECORD: each record with its tag and length (simple TLV) in `content`.
  void record_file(FileId id, Bytes content);
  void object(std::uint16_t tag, Bytes content);
  // Errc::pin_malformed.
  Status pin(PinKind kind, std::string_view value);
  Status shared_pin(PinKind kind, std::string_view value);   // one counter for all applications (docs/card/common.md)
  void blocked_pin(FileId id);
  void default_key(FileId id, const CardKey& key);            // `80 2A P1 00`, no PIN
  void authentication_key(FileId id, const CardKey& key);     // INTERNAL AUTHENTICATE, no PIN
  ImageApplication take() { return std::move(application_); }

 private:
  ImageApplication application_;
};

}  // namespace myna

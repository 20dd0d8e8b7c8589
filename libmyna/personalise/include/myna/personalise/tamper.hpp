// SPDX-License-Identifier: Apache-2.0
// What a forger would do to a card, and what age, wear or another edition may, done to a virtual one: to see that the one is found out and
// the other is no accusation.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"
#include "myna/core/tlv.hpp"

namespace myna {

enum class Tampering : std::uint8_t {
  photo,       // another face in the card face
  name,        // another name in the resident's data
  number,      // another 個人番号, and its hash in the record adapted
  signature,   // the signatures of the hash record and of the card face
  expiry,      // a later expiry on the card face
  clone,       // everything copied to a card that has other keys
  keyless,     // everything copied to a card that has no keys
};
std::optional<Tampering> tampering_by_name(std::string_view name) noexcept;

// Errors: file_absent (the card does not hold it), malformed, crypto_failed.
Status tamper(CardImage& image, Tampering what);

// An application, or one of its files, PINs or keys: "D392F000260100000001", "D392F000260100000001/000A".
struct Place {
  Bytes aid;
  std::optional<FileId> file{};
};
Result<Place> place_by_name(std::string_view name);   // Errc::invalid_argument

enum class Damage : std::uint8_t {
  absent,      // of an application, a PIN or a key as well
  zeros,       // never written: 00 throughout
  ones,        // never written: FF throughout
  truncated,   // only the first half is left
  garbled,     // every byte is another one
  scratched,   // one bit in the middle
  length,      // the length of the outermost object does not fit
  denied,      // no PIN opens it
};
std::span<const std::string_view> damage_names() noexcept;   // in the order of the enumeration
std::optional<Damage> damage_by_name(std::string_view name) noexcept;
// Errors: file_absent, invalid_argument (only a file can be anything but absent).
Status damage(CardImage& image, const Place& place, Damage kind);

// Objects of a record where they do not belong. Lengths around them are made to fit; signatures are not.
enum class Disorder : std::uint8_t {
  doubled,     // twice, one behind the other
  moved,       // to the other end of what holds it
  foreign,     // an unknown object in front of it
};
std::optional<Disorder> disorder_by_name(std::string_view name) noexcept;   // double, move, foreign
// The first object of this tag. Errors: file_absent (no such file or object), malformed.
Status disorder(CardImage& image, const Place& place, Tag tag, Disorder kind);

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// One thing on the card, apart from the card as a whole: what it is called, and whether it is there. A missing file is no broken card.
#pragma once

#include <optional>

#include "myna/card/card_profile.hpp"
#include "myna/core/result.hpp"

namespace myna {

enum class ObjectState : std::uint8_t { present, absent, unreadable };

std::string_view to_string(ObjectState state) noexcept;   // present, absent, unreadable

// What the error of one object tells. None: nothing, the card has left or its link broke, and the next object would meet the same.
std::optional<ObjectState> object_state(const Error& error) noexcept;

// As people know the file of an application, or the application itself for file 0; nullptr for one that nobody named.
const Text* card_object(ByteView aid, FileId file = 0) noexcept;

// The error with the name of what it is about; as it was when it has one, or when it is not the object's.
Error about(Error error, const Text* object) noexcept;
template <typename T>
Result<T> about(Result<T> result, const Text* object) {
  if (!result) return Unexpected(about(result.error(), object));
  return result;
}

}  // namespace myna

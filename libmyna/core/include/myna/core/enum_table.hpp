// SPDX-License-Identifier: Apache-2.0
// Tables with one row for each value of an enumeration, in its order. One row too few, or too many, does not compile.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace myna {

namespace detail {

// For a number that the enumeration does not name, GCC and clang write a cast: "(myna::PinState)5".
template <auto Value>
consteval bool is_enumerator() {
  constexpr std::string_view kText = __PRETTY_FUNCTION__;
  return kText[kText.find_last_of(":)")] == ':';
}

template <typename Enum, std::size_t At = 0>
consteval std::size_t enum_size() {
  if constexpr (is_enumerator<static_cast<Enum>(At)>()) return enum_size<Enum, At + 1>();
  else return At;
}

}  // namespace detail

// How many values an enumeration has that counts from 0 without a gap.
template <typename Enum>
inline constexpr std::size_t kEnumSize = detail::enum_size<Enum>();

template <typename Enum, typename Row>
struct EnumTable {
  std::array<Row, kEnumSize<Enum>> rows;

  constexpr const Row& operator[](Enum value) const { return rows.at(static_cast<std::size_t>(value)); }

  // Whether each row names its own value, for tables that have them in a column.
  template <typename Column>
  consteval bool in_order(Column column) const {
    for (std::size_t at = 0; at < rows.size(); ++at) {
      if (rows[at].*column != static_cast<Enum>(at)) return false;
    }
    return true;
  }

  // The value whose row has this in a column; for a table of names, whose row is this.
  template <typename Column = std::identity>
  constexpr std::optional<Enum> find(std::string_view name, Column column = {}) const {
    const auto row = std::ranges::find(rows, name, column);
    return row == rows.end() ? std::nullopt : std::optional(static_cast<Enum>(row - rows.begin()));
  }
};

template <typename Enum, typename Row, std::size_t Count>
consteval EnumTable<Enum, Row> rows_for(const Row (&rows)[Count]) {
  static_assert(Count == kEnumSize<Enum>, "a row for each value of the enumeration");
  return {std::to_array(rows)};
}

template <typename Enum, std::size_t Count>
consteval EnumTable<Enum, std::string_view> names_for(const std::string_view (&names)[Count]) {
  return rows_for<Enum>(names);
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// Result<T>: a value or an Error, with the member names of std::expected (C++23).
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "myna/core/error.hpp"

namespace myna {

// Converts to any Result. `return fail(Errc::no_card);`
class Unexpected {
 public:
  constexpr explicit Unexpected(Error error) : error_(error) {}
  constexpr const Error& error() const noexcept { return error_; }

 private:
  Error error_;
};

constexpr Unexpected fail(Errc code, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return Unexpected(Error{.code = code, .where = {file, line}});
}

constexpr Unexpected fail(Errc code, StatusWord sw, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  return Unexpected(Error{.code = code, .sw = sw, .tries_left = sw.tries_left(), .where = {file, line}});
}

constexpr Unexpected fail_tries(Errc code, std::uint8_t tries_left, const char* file = __builtin_FILE(),
                                int line = __builtin_LINE()) {
  return Unexpected(Error{.code = code, .tries_left = tries_left, .where = {file, line}});
}

constexpr Unexpected fail_native(Errc code, long native, const char* file = __builtin_FILE(),
                                 int line = __builtin_LINE()) {
  return Unexpected(Error{.code = code, .native = static_cast<std::int32_t>(native), .where = {file, line}});
}

template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(const Unexpected& u) : state_(std::in_place_index<1>, u.error()) {}

  bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T&& value() && { return std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T value_or(T other) const& { return has_value() ? value() : std::move(other); }

  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(const Unexpected& u) : error_(u.error()) {}

  bool has_value() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return has_value(); }
  const Error& error() const { return error_.value(); }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace myna

#define MYNA_CONCAT_(a, b) a##b
#define MYNA_CONCAT(a, b) MYNA_CONCAT_(a, b)

// MYNA_TRY(auto app, JpkiApplication::select(tx));  the value, or return the error
#define MYNA_TRY(declaration, expression) MYNA_TRY_(MYNA_CONCAT(myna_try_, __LINE__), declaration, expression)
#define MYNA_TRY_(holder, declaration, expression)                    \
  auto holder = (expression);                                         \
  if (!holder) return ::myna::Unexpected(holder.error());             \
  declaration = *std::move(holder)

// MYNA_CHECK(app.verify(pin));  go on, or return the error
#define MYNA_CHECK(expression)                                                                     \
  do {                                                                                             \
    if (auto myna_check = (expression); !myna_check) return ::myna::Unexpected(myna_check.error()); \
  } while (false)

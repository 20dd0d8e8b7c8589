// SPDX-License-Identifier: Apache-2.0
// Secrets cannot be copied or printed, and leave nothing behind.
#include <catch2/catch.hpp>

#include <new>
#include <sstream>
#include <type_traits>

#include "myna/card/pin.hpp"

using namespace myna;

static_assert(!std::is_copy_constructible_v<SecretBytes> && !std::is_copy_assignable_v<SecretBytes>);
static_assert(!std::is_copy_constructible_v<Secret<16>> && !std::is_copy_assignable_v<Secret<16>>);
static_assert(!std::is_copy_constructible_v<Pin> && !std::is_default_constructible_v<Pin>);
template <typename T>
concept Printable = requires(std::ostream& out, const T& value) { out << value; };
static_assert(!Printable<SecretBytes> && !Printable<Secret<16>> && !Printable<Pin>);

TEST_CASE("a secret is gone from its memory after destruction and after a move") {
  alignas(Secret<16>) unsigned char memory[sizeof(Secret<16>)];
  auto* secret = new (memory) Secret<16>(as_bytes("1234"));
  Secret<16> moved = std::move(*secret);
  CHECK(as_text(moved.view()) == "1234");
  CHECK(secret->empty());
  secret->~Secret();
  const std::string_view left(reinterpret_cast<const char*>(memory), sizeof memory);
  CHECK(left.find("12") == std::string_view::npos);
}

TEST_CASE("secret bytes grow, shrink and move") {
  SecretBytes bytes(as_bytes("ab"));
  bytes.append(as_bytes(std::string(1000, 'x')));
  CHECK(bytes.size() == 1002);
  bytes.truncate(2);
  CHECK(as_text(bytes.view()) == "ab");
  const SecretBytes moved = std::move(bytes);
  CHECK(as_text(moved.view()) == "ab");
  CHECK(bytes.empty());
}

TEST_CASE("comparison without a branch on data") {
  CHECK(equal_constant_time(as_bytes("1234"), as_bytes("1234")));
  CHECK_FALSE(equal_constant_time(as_bytes("1234"), as_bytes("1235")));
  CHECK_FALSE(equal_constant_time(as_bytes("1234"), as_bytes("123")));
}

// SPDX-License-Identifier: Apache-2.0
// Tables by enumeration: how many values there are is known without saying it.
#include <catch2/catch.hpp>

#include "myna/core/enum_table.hpp"
#include "myna/core/error.hpp"

using namespace myna;

namespace {

enum class Fruit : std::uint8_t { apple, pear, plum };
enum class Size { small };
struct FruitRow {
  Fruit fruit;
  std::string_view name;
};
constexpr auto kFruits = rows_for<Fruit, FruitRow>({{Fruit::apple, "apple"}, {Fruit::pear, "pear"}, {Fruit::plum, "plum"}});
constexpr auto kMixed = rows_for<Fruit, FruitRow>({{Fruit::pear, "pear"}, {Fruit::apple, "apple"}, {Fruit::plum, "plum"}});
constexpr auto kNames = names_for<Fruit>({"apple", "pear", "plum"});

}  // namespace

TEST_CASE("the values of an enumeration are counted") {
  STATIC_REQUIRE(kEnumSize<Fruit> == 3);
  STATIC_REQUIRE(kEnumSize<Size> == 1);
  STATIC_REQUIRE(kEnumSize<Errc> == static_cast<std::size_t>(kLastErrc) + 1);
}

TEST_CASE("a row is found by its value and by its name") {
  STATIC_REQUIRE(kFruits.in_order(&FruitRow::fruit));
  STATIC_REQUIRE_FALSE(kMixed.in_order(&FruitRow::fruit));
  CHECK(kFruits[Fruit::pear].name == "pear");
  CHECK(kFruits.find("plum", &FruitRow::name) == Fruit::plum);
  CHECK(kNames.find("apple") == Fruit::apple);
  CHECK_FALSE(kNames.find("fig").has_value());
  CHECK(kNames[Fruit::plum] == "plum");
}

// SPDX-License-Identifier: Apache-2.0
// What a card says of itself when it is called, and the ATR that comes of it.
#include <catch2/catch.hpp>

#include "readers/core/iso14443b.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::readers;
using myna::test::must;

namespace {

type_b::Atqb card(std::string_view rest) { return must(type_b::parse_atqb(must(from_hex("5011223344" + std::string(rest))))); }

}  // namespace

TEST_CASE("the ATRs seen on real cards come out of their ATQB") {
  CHECK(to_hex(type_b::atr_of(card("000005E0B381A1"), 0)) == "3B888001000005E0B381A1007F");
  CHECK(to_hex(type_b::atr_of(card("000041E0B381A1"), 0)) == "3B888001000041E0B381A1003B");
  CHECK(to_hex(type_b::atr_of(card("004B51FFB381D1"), 0)) == "3B888001004B51FFB381D1000F");
}

TEST_CASE("frame size, waiting time and bit rate are what the protocol info says") {
  CHECK(card("00000000B381A1").max_frame() == 256);
  CHECK(card("00000000B301A1").max_frame() == 16);
  CHECK(card("00000000B3F1A1").max_frame() == 256);
  CHECK(card("00000000B381A1").frame_waiting_time() / 1ms == 309);
  CHECK(card("00000000B381D1").frame_waiting_time() / 1ms == 2474);
  CHECK(card("00000000B381F1").frame_waiting_time() / 1us == 4833);
  CHECK(card("00000000B381A1").fastest() == BitRate::k424);
  CHECK(card("000000009181A1").fastest() == BitRate::k212);
  CHECK(card("000000002081A1").fastest() == BitRate::k106);   // one direction only
  CHECK(card("000000000081A1").fastest() == BitRate::k106);
}

TEST_CASE("what is no ATQB of an ISO 14443-4 card is refused") {
  for (const auto* hex :
       {"", "50", "501122334400000000B380A1", "511122334400000000B381A1", "501122334400000000B381", "501122334400000000B381A10000"}) {
    CHECK_FALSE(type_b::parse_atqb(must(from_hex(hex))));
  }
  CHECK(type_b::parse_atqb(must(from_hex("501122334400000000B381A100"))));
  CHECK(must(type_b::parse_attrib_answer(must(from_hex("70")))) == 7);
  CHECK_FALSE(type_b::parse_attrib_answer(must(from_hex("01"))));
  CHECK_FALSE(type_b::parse_attrib_answer({}));
}

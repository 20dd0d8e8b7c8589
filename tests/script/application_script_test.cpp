// SPDX-License-Identifier: Apache-2.0
// What the refusal of an application says about the card: one of ours without it, or none of ours.
#include <catch2/catch.hpp>

#include "myna/card/applications/common.hpp"
#include "myna/card/applications/jpki.hpp"
#include "myna/card/applications/surface.hpp"
#include "myna/card/applications/text.hpp"
#include "myna/card/card_application.hpp"
#include "myna/card/card_object.hpp"
#include "tests/support/script_channel.hpp"

using namespace myna;
using namespace myna::test;

namespace {

constexpr std::string_view kSelectSurface = "00A4040C0A D3921000310001010402";
constexpr std::string_view kSelectCommon = "00A4040C0A D3921000310001010100";

struct Talk {
  explicit Talk(std::vector<Step> steps) : channel(std::move(steps)), transaction(CardTransaction::begin(channel, traits)) {}

  template <typename Application>
  Error refusal() {
    const auto selected = Application::select(*transaction);
    REQUIRE_FALSE(selected);
    return selected.error();
  }

  ScriptChannel channel;
  CardTraits traits;
  Result<CardTransaction> transaction;
};

}  // namespace

TEST_CASE("a card with JPKI and without the application is one of ours, which is asked for once") {
  const auto sw = GENERATE("6A82", "6D00", "6999");
  Talk talk({{kSelectText, sw}, kSelectJpki, {kSelectSurface, sw}, {kSelectCommon, sw}});
  const Error error = talk.refusal<TextApplication>();
  CHECK(error.code == Errc::application_absent);
  CHECK(error.about == card_object(aid::kText, 0));
  CHECK(object_state(error) == ObjectState::absent);
  CHECK(talk.refusal<SurfaceApplication>().code == Errc::application_absent);
  CHECK(talk.refusal<CommonApplication>().code == Errc::application_absent);
}

TEST_CASE("a card whose JPKI application was selected is not asked for it again") {
  Talk talk({kSelectJpki, {kSelectText, "6A82"}});
  CHECK(JpkiApplication::select(*talk.transaction));
  CHECK(CardApplication::select(*talk.transaction, aid::kText).error().code == Errc::application_absent);
}

TEST_CASE("a card with neither is foreign, whichever was asked for first") {
  Talk talk({{kSelectText, "6A82"}, {kSelectJpki.command, "6A82"}, {kSelectSurface, "6A82"}});
  CHECK(talk.refusal<TextApplication>().code == Errc::card_foreign);
  CHECK(talk.refusal<SurfaceApplication>().code == Errc::card_foreign);
  Talk by_aid({{kSelectJpki.command, "6A82"}});
  CHECK(CardApplication::select(*by_aid.transaction, aid::kJpki).error().code == Errc::card_foreign);
}

TEST_CASE("a card in trouble says nothing about its kind") {
  Talk broken({{kSelectText, "6F00"}, {kSelectText, "6F00"}});
  CHECK(broken.refusal<TextApplication>().code == Errc::unexpected_status);
  Talk then_broken({{kSelectText, "6A82"}, {kSelectJpki.command, "6F00"}});
  CHECK(then_broken.refusal<TextApplication>().code == Errc::unexpected_status);
  Talk removed({{kSelectText, "6A82"}, {kSelectJpki.command, kRemoved}});
  CHECK(removed.refusal<TextApplication>().code == Errc::card_removed);
}

// SPDX-License-Identifier: Apache-2.0
// Names of states, events, guards and actions, and what a screen says.
#include "myna/core/enum_table.hpp"
#include "myna/kiosk/kiosk.hpp"

namespace myna::kiosk {
namespace {

static_assert(kStates == kEnumSize<State> && kEvents == kEnumSize<Event> && kGuards == kEnumSize<Guard>);

struct StateWords {
  std::string_view name;
  Text text;
};

// In the order of State.
constexpr auto kStateWords = rows_for<State, StateWords>({
    {"no-reader", {"The card reader is not available.", "カードリーダーを利用できません。"}},
    {"idle", {"Please place your My Number card.", "マイナンバーカードを置いてください。"}},
    {"recognising", {"Reading the card. Please do not move it.", "カードを確認しています。動かさないでください。"}},
    {"presented", {"The card was recognised.", "カードを確認しました。"}},
    {"asking-pin", {"Please enter your PIN.", "暗証番号を入力してください。"}},
    {"reading", {"Working with the card. Please do not move it.", "カードを処理しています。動かさないでください。"}},
    {"served", {"Done.", "処理が完了しました。"}},
    {"confirm-remove",
     {"To confirm, please take the card away and place it again.", "確認のため、カードをいったん外して、もう一度置いてください。"}},
    {"confirm-retap", {"To confirm, please place the same card again.", "確認のため、同じカードをもう一度置いてください。"}},
    {"comparing", {"Comparing the card. Please do not move it.", "カードを照合しています。動かさないでください。"}},
    {"committed", {"Confirmed.", "確認が完了しました。"}},
    {"foreign", {"This is not a My Number card. Please take it away.", "マイナンバーカードではありません。カードをお取りください。"}},
    {"unreadable",
     {"The card cannot be read. Please take it away and place it again.", "カードを読み取れません。いったん外して、置き直してください。"}},
    {"two-cards", {"There is more than one card. Please place a single card.", "複数のカードが検出されました。1枚だけ置いてください。"}},
    {"changed",
     {"The card was exchanged or disturbed. Please take it away and place it again.",
      "カードが入れ替わったか、通信が途切れました。いったん外して、置き直してください。"}},
    {"pin-wrong",
     {"The PIN was wrong. Please take the card away; to try again, place it again.",
      "暗証番号が違います。カードをお取りください。やり直す場合は、もう一度置いてください。"}},
    {"last-try",
     {"Only a few tries are left, so the PIN was not sent. Please take the card away and ask at the counter.",
      "残りの入力回数が少ないため、暗証番号の照合を行いませんでした。カードをお取りのうえ、窓口でご相談ください。"}},
    {"blocked",
     {"The PIN is blocked. Please take the card away; the municipal office can unblock it.",
      "暗証番号がロックされています。カードをお取りください。ロックの解除は市区町村の窓口で行えます。"}},
    {"failed",
     {"That did not work. Please take the card away and place it again.",
      "処理できませんでした。いったんカードを外して、置き直してください。"}},
    {"other-card",
     {"This is not the same card. Nothing was done. Please take it away.",
      "先ほどと違うカードです。処理は行われていません。カードをお取りください。"}},
    {"finished", {"Please take your card.", "カードをお取りください。"}},
    {"left-behind", {"A card was left behind. Please take your card.", "カードの置き忘れです。カードをお取りください。"}},
});

// In the order of Event.
constexpr auto kEventNames = names_for<Event>({
    "reader lost", "reader back", "card arrived", "card removed", "card silent", "two cards", "recognised", "not ours",
    "operation done", "operation refused", "operation failed", "PIN wrong", "PIN blocked", "last try refused", "card changed",
    "operation started", "PIN wanted", "PIN declined", "PIN given", "confirm asked", "cancelled", "touched", "tick"});

constexpr auto kGuardNames = names_for<Guard>({"",          "has data",       "attempt left",   "same card",
                                                            "idle over", "placement over", "operation over", "re-tap over"});

constexpr std::array kActionNames = std::to_array<std::string_view>({"open",    "close",    "recognise", "cancel", "publish", "spend",
                                                              "restore", "remember", "forget",    "commit", "warn"});
static_assert(kActionNames.size() == kActions && !detail::is_enumerator<static_cast<Action>(1U << kActions)>());

}  // namespace

std::string_view to_string(State state) noexcept { return kStateWords[state].name; }
Text describe(State state) noexcept { return kStateWords[state].text; }
std::string_view to_string(Event event) noexcept { return kEventNames[event]; }
std::string_view to_string(Guard guard) noexcept { return kGuardNames[guard]; }

std::string_view to_string(Action action) noexcept {
  std::size_t place = 0;
  while ((static_cast<unsigned>(action) >> place & 1U) == 0) ++place;
  return kActionNames.at(place);
}

}  // namespace myna::kiosk

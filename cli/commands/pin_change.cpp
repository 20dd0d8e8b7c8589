// SPDX-License-Identifier: Apache-2.0
// myna pin change
#include <algorithm>

#include "cli/prompts/pin_input.hpp"
#include "cli/terminal/terminal.hpp"

namespace myna::cli {
namespace {

constexpr Text kWeak{"The municipal rule asks for at least one letter and one digit; the card may refuse this password.",
                     "署名用の暗証番号には英字と数字がそれぞれ1文字以上必要です。カードが拒否することがあります。"};
constexpr Text kUncertain{
    "The connection broke while the PIN was being changed: nobody knows whether the old or the new one holds. Run 'myna pin status' first; "
    "then "
    "'myna pin verify' with the new PIN. If it is refused the old one holds, and one try is gone.",
    "変更中に接続が切れたため、新旧どちらの暗証番号が有効か分かりません。まず myna pin status で残り回数を確認し、次に新しい暗証番号で "
    "myna pin verify "
    "を実行してください。拒否された場合は古い暗証番号のままです（入力回数が1回減ります）。"};
constexpr Text kMismatch{"The two entries differ; nothing was changed.", "2回の入力が一致しません。変更していません。"};

struct Change {
  Pin old_value;
  Pin new_value;
};

Result<Change> stored_change(const Context& context, const PinRow& row) {
  MYNA_TRY(const PinLines lines, read_stored_pins(context.global()));
  MYNA_TRY(const std::string_view old_text, lines.value(row.name, false));
  MYNA_TRY(const std::string_view new_text, lines.value("new", false));
  MYNA_TRY(Pin old_value, Pin::parse(row, old_text));
  MYNA_TRY(Pin new_value, Pin::parse(row, new_text));
  return Change{std::move(old_value), std::move(new_value)};
}

// Twice, so that a slip does not become the PIN. Errc::pin_malformed when the entries differ.
Result<Pin> ask_new_pin(Context& context, const PinRow& row) {
  MYNA_TRY(Terminal terminal, Terminal::open());
  const Words& words = context.words();
  MYNA_TRY(const SecretBytes first, terminal.read_secret(words({"New PIN: ", "新しい暗証番号: "}), context.stop));
  MYNA_TRY(Pin pin, Pin::parse(row, as_text(first.view())));
  MYNA_TRY(const SecretBytes again, terminal.read_secret(words({"New PIN again: ", "新しい暗証番号（再入力）: "}), context.stop));
  if (equal_constant_time(first.view(), again.view())) return pin;
  terminal.say(words(kMismatch));
  return fail(Errc::pin_malformed);
}

Result<Change> typed_change(Context& context, OpenCard& card, const PinRow& row) {
  MYNA_TRY(Pin old_value, obtain_pin(context, card, row.kind));
  MYNA_TRY(Pin new_value, ask_new_pin(context, row));
  return Change{std::move(old_value), std::move(new_value)};
}

bool is_broken_link(const Error& error) {
  return error.code == Errc::link_lost || error.code == Errc::card_removed || error.code == Errc::card_changed;
}

Status carry_out(Context& context, OpenCard& card, Change&& change) {
  bool sent = false;
  const Status changed = change_pin(card.card, std::move(change.old_value), std::move(change.new_value), context.card_policy(), sent);
  if (!changed && sent && is_broken_link(changed.error())) context.output.note(context.words()(kUncertain));
  return changed;
}

Status change_named(Context& context, OpenCard& card, const PinRow& row) {
  MYNA_TRY(Change change, context.has_stored_pin() ? stored_change(context, row) : typed_change(context, card, row));
  if (row.kind == PinKind::sign && lacks_letter_or_digit(change.new_value)) context.output.note(context.words()(kWeak));
  return carry_out(context, card, std::move(change));
}

}  // namespace

Exit run_pin_change(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  const PinRow& row = pin_row(my_number_profile(), context.invocation.pin.names.front());
  const Status changed = change_named(context, *card, row);
  if (!changed) return context.output.error(changed.error());
  context.output.document()["changed"] = row.name;
  context.output.line(context.words()({"The PIN was changed.", "暗証番号を変更しました。"}));
  return Exit::good;
}

}  // namespace myna::cli

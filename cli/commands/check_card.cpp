// SPDX-License-Identifier: Apache-2.0
// myna check-card: every proof that the PINs given allow, in one transaction, text first.
#include <algorithm>
#include <array>

#include "cli/views/report_view.hpp"
#include "cli/card/trust.hpp"
#include "cli/prompts/pin_input.hpp"
#include "myna/use_cases/card_check.hpp"

namespace myna::cli {
namespace {

constexpr std::array kKinds{PinKind::text, PinKind::face_code_b, PinKind::face_code_a, PinKind::auth, PinKind::sign};

using Pins = std::vector<Pin>;

std::chrono::sys_seconds now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

// The PINs named, typed up front: nobody is asked while the transaction is open.
Result<Pins> obtain_pins(Context& context, OpenCard& card) {
  if (context.has_stored_pin()) return stored_pins(context, kKinds);
  Pins pins;
  for (const std::string& name : context.invocation.report.pins) {
    const PinRow& row = pin_row(my_number_profile(), name);
    MYNA_TRY(Pin pin, obtain_pin(context, card, row.kind));
    pins.push_back(std::move(pin));
  }
  return pins;
}

}  // namespace

Exit run_check_card(Context& context) {
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  context.output.document()["virtual"] = card->reader.is_virtual;
  const auto anchors = trusted_issuers(context, card->reader);
  if (!anchors) return context.output.error(anchors.error());
  auto pins = obtain_pins(context, *card);
  if (!pins) return context.output.error(pins.error());
  const auto evidence = collect_card_evidence(card->card, *std::move(pins), context.card_policy());
  if (!evidence) return context.output.error(evidence.error());
  return show_report(context, judge_card(*evidence, *anchors, now(), card->reader.is_virtual));
}

}  // namespace myna::cli

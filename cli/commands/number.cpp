// SPDX-License-Identifier: Apache-2.0
// myna number
#include <unistd.h>

#include <array>

#include "cli/card/number_picture.hpp"
#include "cli/views/report_view.hpp"
#include "cli/card/trust.hpp"
#include "cli/prompts/pin_input.hpp"
#include "cli/terminal/terminal.hpp"
#include "myna/number/my_number.hpp"

namespace myna::cli {
namespace {

constexpr std::array kOpenedBy{PinKind::text, PinKind::text_code_a};
constexpr std::string_view kShownToHolder = "shown to the holder at the terminal";

constexpr Text kQuestion{"Show the 個人番号 on this screen? The law allows its use for social security, tax and disaster matters only. [y/N] ",
                         "個人番号を画面に表示しますか？ 法律により利用は社会保障・税・災害対策に限られます。[y/N] "};
constexpr Text kPurposeNeeded{"The output is no terminal: say why the number is needed with --purpose TEXT.",
                              "出力先が端末ではありません。--purpose で利用目的を指定してください。"};

// A person at a terminal confirms; a program states its purpose.
Status confirm(Context& context) {
  if (!context.invocation.report.purpose.empty() || context.global().yes) return {};
  MYNA_TRY(Terminal terminal, Terminal::open());
  MYNA_TRY(const bool yes, terminal.confirm(context.words()(kQuestion), context.stop));
  return yes ? Status{} : Status{fail(Errc::cancelled)};
}

Result<Purpose> purpose_of(const Context& context) {
  const std::string& purpose = context.invocation.report.purpose;
  return Purpose::stated(purpose.empty() ? kShownToHolder : std::string_view(purpose));
}

Result<NumberEvidence> read_number(Context& context, OpenCard& card, const Purpose& purpose) {
  MYNA_TRY(Pin pin, obtain_one_of(context, card, kOpenedBy, context.invocation.report.pin));
  return myna::read_number(card.card, std::move(pin), purpose, context.invocation.report.verify, context.card_policy());
}

Exit show(Context& context, const MyNumber& number) {
  const Status shown = context.output.secret_field("number", number.digits());
  return shown ? Exit::good : context.output.error(shown.error());
}

Exit run_plain(Context& context, OpenCard& card, const Purpose& purpose) {
  const auto reading = read_number(context, card, purpose);
  return reading ? show(context, reading->reading.number) : context.output.error(reading.error());
}

// A number that does not fit its signed record is not shown, nor one that could not be proven where proof is required.
Exit run_verified(Context& context, OpenCard& card, const Purpose& purpose) {
  const auto anchors = trusted_issuers(context, card.reader);
  if (!anchors) return context.output.error(anchors.error());
  const auto evidence = read_number(context, card, purpose);
  if (!evidence) return context.output.error(evidence.error());
  AuthenticityReport report = judge_number(evidence->text, evidence->reading.digest.view(), *anchors);
  report.add(Check::revocation, kNotCovered);
  const bool withheld = report.any(Proof::failed) || (context.invocation.report.require_proof && report.any(Proof::not_proven));
  const Exit shown = withheld ? Exit::good : show(context, evidence->reading.number);
  return shown == Exit::good ? show_report(context, report) : shown;
}

}  // namespace

Exit run_number(Context& context) {
  if (context.invocation.report.purpose.empty() && ::isatty(STDOUT_FILENO) == 0) return context.output.usage(kPurposeNeeded);
  const auto purpose = purpose_of(context);
  if (!purpose) return context.output.error(purpose.error());
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  if (const Status confirmed = confirm(context); !confirmed) return context.output.error(confirmed.error());
  return context.invocation.report.verify ? run_verified(context, *card, *purpose) : run_plain(context, *card, *purpose);
}

PictureReader number_picture_reader() {
  return [](CardTransaction& transaction) -> Result<SecretBytes> {
    MYNA_TRY(const Purpose purpose, Purpose::stated("picture asked for by --number-picture"));
    return read_number_picture(transaction, purpose);
  };
}

Result<SecretBytes> number_png(const FaceEvidence& evidence) {
  if (evidence.number_picture.empty()) return SecretBytes{};
  return parse_number_picture(evidence.number_picture.view());
}

}  // namespace myna::cli

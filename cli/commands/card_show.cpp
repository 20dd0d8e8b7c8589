// SPDX-License-Identifier: Apache-2.0
// myna card show
#include <sys/stat.h>

#include <array>

#include "cli/views/card_view.hpp"
#include "cli/card/face_reading.hpp"
#include "cli/views/report_view.hpp"
#include "cli/card/trust.hpp"
#include "cli/files/atomic_file.hpp"
#include "cli/views/register_dates.hpp"
#include "cli/terminal/graphics.hpp"

namespace myna::cli {
namespace {

Result<FaceAnswer> read_card(Context& context, OpenCard& card) {
  MYNA_TRY(Pin pin, obtain_face_pin(context, card));
  return read_face(context, card, std::move(pin), true);
}

AuthenticityReport report_of(const FaceAnswer& reading, std::span<const CvAnchor> anchors) {
  AuthenticityReport report;
  if (!reading.text.attributes.empty()) report.add(judge(reading.text, anchors));
  report.add(judge(reading.face, anchors));
  if (!reading.text.attributes.empty()) report.add(Check::face_agreement, judge_agreement(reading.text, reading.face, report));
  report.add(Check::revocation, kNotCovered);
  return report;
}

void add_attributes(const TextEvidence& text, const Words& words, CardView& view) {
  const auto attributes = parse_basic_attributes(text.attributes.view());
  if (!attributes) return;
  view.fields.push_back({"name", words({"Name", "氏名"}), string_of(attributes->name)});
  view.fields.push_back({"address", words({"Address", "住所"}), string_of(attributes->address)});
}

Result<CardView> view_of(const Context& context, const OpenCard& card, const FaceAnswer& reading, const AuthenticityReport& report) {
  const Words& words = context.words();
  MYNA_TRY(const CardFace face, parse_card_face(reading.face.face.view()));
  CardView view;
  view.title = words(card.reader.is_virtual ? Text{"Virtual card (not a real one)", "仮想カード（本物ではありません）"}
                                            : Text{"My Number card", "マイナンバーカード"});
  add_attributes(reading.text, words, view);
  view.fields.push_back({"birth_date", words({"Birth date", "生年月日"}), iso_date(as_text(face.birth_date.view()))});
  view.fields.push_back({"sex", words({"Sex", "性別"}), std::string(to_string(face.sex))});
  view.fields.push_back({"card_expiry", words({"Card valid until", "カードの有効期限"}), iso_date(as_text(face.expiry.view()))});
  for (const ReportLine& line : report.lines()) {
    view.report.push_back({std::string(to_string(line.check)), words(describe(line.check)), std::string(to_string(line.verdict.proof))});
  }
  MYNA_TRY(view.photo, photo_of(face));
  const Text* const record = card_object(aid::kSurface, static_cast<FileId>(SurfaceFile::face));
  MYNA_TRY(view.name, about(decode_png(face.name_png.view()), record));
  MYNA_TRY(view.address, about(decode_png(face.address_png.view()), record));
  return view;
}

Status write_file(const std::string& path, bool force, ByteView content) {
  MYNA_TRY(AtomicFile file, AtomicFile::create(path, force));
  MYNA_CHECK(file.write(content));
  return file.commit();
}

Status deliver(Context& context, const CardView& view) {
  const ReportOptions& options = context.invocation.report;
  if (!options.html.empty()) {
    MYNA_TRY(const std::string page, html_page(view, context.words()));
    MYNA_CHECK(write_file(options.html, options.force, as_bytes(page)));
  }
  if (!options.png.empty()) {
    MYNA_TRY(const Bytes png, encode_png(card_picture(view), PngDepth::eight_bits));
    MYNA_CHECK(write_file(options.png, options.force, png));
  }
  if (!options.html.empty() || !options.png.empty()) return {};
  MYNA_TRY(const PictureSequence picture, picture_sequence(view.photo, graphics_by_name(options.graphics)));
  context.output.picture(picture);
  for (const CardField& field : view.fields) context.output.line(field.label + ": " + field.value);
  return {};
}

// Before a try is spent.
Status check_outputs(const ReportOptions& options) {
  for (const std::string& path : {options.html, options.png}) {
    if (path.empty()) continue;
    MYNA_TRY([[maybe_unused]] const AtomicFile file, AtomicFile::create(path, options.force));
  }
  return {};
}

Exit conclude(Context& context, const OpenCard& card, const FaceAnswer& reading, const AuthenticityReport& report) {
  if (!report.any(Proof::failed)) {
    const auto view = view_of(context, card, reading, report);
    if (!view) return context.output.error(view.error());
    for (const CardField& field : view->fields) context.output.document()["fields"][field.name] = field.value;
    const Status delivered = deliver(context, *view);
    if (!delivered) return context.output.error(delivered.error());
  }
  if (context.invocation.report.verify) return show_report(context, report);
  context.output.note(context.words()({"Not checked: whether card and photo are genuine (--verify).", "カードと顔写真の真正性は未確認です（--verify で確認）。"}));
  return Exit::good;
}

}  // namespace

Exit run_card_show(Context& context) {
  ::umask(077);
  if (const Status outputs = check_outputs(context.invocation.report); !outputs) return context.output.error(outputs.error());
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  context.output.document()["virtual"] = card->reader.is_virtual;
  const auto anchors = trusted_issuers(context, card->reader);
  if (!anchors) return context.output.error(anchors.error());
  const auto reading = read_card(context, *card);
  if (!reading) return context.output.error(reading.error());
  const bool verify = context.invocation.report.verify;
  return conclude(context, *card, *reading, verify ? report_of(*reading, *anchors) : AuthenticityReport{});
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// myna face
#include <sys/stat.h>

#include <array>
#include <filesystem>

#include "cli/card/face_reading.hpp"
#include "cli/card/number_picture.hpp"
#include "cli/views/report_view.hpp"
#include "cli/card/trust.hpp"
#include "cli/files/atomic_file.hpp"
#include "cli/views/register_dates.hpp"

namespace myna::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWithoutNumber = 4;

// All of them or, where one is in the way, none: opened before a try is spent, renamed into place at the end.
Result<std::vector<AtomicFile>> open_files(const ReportOptions& options) {
  std::error_code error;
  fs::create_directories(options.output, error);
  if (error) return fail_native(Errc::storage_failed, error.value());
  std::vector<AtomicFile> files;
  for (const char* name : {"photo.png", "name.png", "address.png", "face.json", "number.png"}) {
    if (!options.number_picture && files.size() == kWithoutNumber) break;
    MYNA_TRY(AtomicFile file, AtomicFile::create((fs::path(options.output) / name).string(), options.force));
    files.push_back(std::move(file));
  }
  return files;
}

Json face_json(const CardFace& face) {
  return {{"birth_date", iso_date(as_text(face.birth_date.view()))}, {"sex", to_string(face.sex)},
          {"card_expiry", iso_date(as_text(face.expiry.view()))}};
}

// In the order of open_files.
Status deliver(Context& context, const FaceEvidence& evidence, std::vector<AtomicFile>& files) {
  MYNA_TRY(const CardFace face, parse_card_face(evidence.face.view()));
  MYNA_TRY(const SecretBytes number, number_png(evidence));
  MYNA_TRY(const Picture picture, photo_of(face));
  MYNA_TRY(const Bytes photo, encode_png(picture, PngDepth::eight_bits));
  const Json data = face_json(face);
  const std::string text = data.dump(2) + '\n';
  const std::array<ByteView, 5> contents{photo, face.name_png.view(), face.address_png.view(), as_bytes(text), number.view()};
  for (std::size_t i = 0; i < files.size(); ++i) MYNA_CHECK(files[i].write(contents.at(i)));
  for (AtomicFile& file : files) MYNA_CHECK(file.commit());
  context.output.document()["face"] = data;
  context.output.field({"Written to", "書き出し先"}, context.invocation.report.output);
  return {};
}

Result<FaceEvidence> read_evidence(Context& context, OpenCard& card) {
  MYNA_TRY(Pin pin, obtain_face_pin(context, card));
  MYNA_TRY(FaceAnswer answer, read_face(context, card, std::move(pin), false));
  return std::move(answer.face);
}

}  // namespace

Exit run_face(Context& context) {
  ::umask(077);   // a face and an address are nobody else's business
  auto card = open_card(context);
  if (!card) return context.output.error(card.error());
  context.output.document()["virtual"] = card->reader.is_virtual;
  auto files = open_files(context.invocation.report);
  if (!files) return context.output.error(files.error(), context.invocation.report.output);
  const auto anchors = trusted_issuers(context, card->reader);
  if (!anchors) return context.output.error(anchors.error());
  const auto evidence = read_evidence(context, *card);
  if (!evidence) return context.output.error(evidence.error());
  if (evidence->face.empty()) return context.output.error(parse_card_face({}).error());
  AuthenticityReport report;
  if (context.invocation.report.verify) report = judge(*evidence, *anchors);
  const Status delivered = report.any(Proof::failed) ? Status{} : deliver(context, *evidence, *files);
  if (!delivered) return context.output.error(delivered.error(), context.invocation.report.output);
  if (context.invocation.report.verify) return show_report(context, report);
  context.output.note(context.words()({"Not checked: whether card and photo are genuine (--verify).", "カードと顔写真の真正性は未確認です（--verify で確認）。"}));
  return Exit::good;
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// Every record of the text, surface and common applications, and the judging of them: a hostile card proves nothing.
#include <cstdlib>

#include "myna/core/utf8.hpp"
#include "myna/trust/authenticity.hpp"

using namespace myna;

namespace {

SecretBytes copy(ByteView bytes) { return SecretBytes(bytes); }

void parse(ByteView bytes) {
  if (const auto attributes = parse_basic_attributes(bytes)) {
    if (!is_printable_utf8(as_text(attributes->name.view())) || attributes->birth_date.size() != 8) std::abort();
  }
  if (const auto face = parse_card_face(bytes)) {
    if (face->expiry.size() != 8 || face->photo_jp2.empty()) std::abort();
  }
  if (const auto record = parse_card_record(bytes)) {
    if (record->serial.size() != 15 || record->expiry.size() != 8) std::abort();
    (void)prefecture_of(record->municipality_code);
  }
  (void)parse_age_record(bytes);
  (void)parse_cv_certificate(bytes);
}

// The same bytes in every place, and in two parts: without the issuer's key nothing comes out proven.
void judge_all(ByteView first, ByteView second) {
  static const std::vector<CvAnchor> anchors = test_cv_anchors();
  TextEvidence text{.certificate = copy(first), .attributes = copy(second), .integrity = copy(first), .card_key = copy(second), .live = {}};
  text.live = {.digest_info = Bytes(51), .answer = Bytes(256)};
  FaceEvidence face{.certificate = copy(first), .face = copy(second), .number_picture = copy(second)};
  const AgeEvidence age{.certificate = copy(first), .record = copy(second)};
  const auto text_report = judge(text, anchors);
  const auto face_report = judge(face, anchors);
  for (const ReportLine& line : text_report.lines()) {
    if (line.verdict.proof == Proof::proven && line.check != Check::text_certificate) std::abort();
  }
  for (const ReportLine& line : face_report.lines()) {
    if (line.verdict.proof == Proof::proven && line.check != Check::face_certificate) std::abort();
  }
  if (judge(age, anchors) == kProven) std::abort();
  (void)judge_agreement(text, face, text_report);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  parse(bytes);
  judge_all(bytes, bytes);
  judge_all(bytes.first(size / 2), bytes.subspan(size / 2));
  return 0;
}

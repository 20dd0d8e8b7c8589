// SPDX-License-Identifier: Apache-2.0
// Collecting evidence for a report, inside the caller's transaction.
#include "myna/authenticity.hpp"
#include "myna/surface_ap.hpp"

namespace myna {
namespace {

// What the card does not have or does not open is missing evidence and no failure of the command.
Status keep_if_there(Result<SecretBytes> file, SecretBytes& to) {
  if (file) to = *std::move(file);
  else if (file.error().code != Errc::file_absent && file.error().code != Errc::access_denied) return Unexpected(file.error());
  return {};
}

template <typename Application>
Status ask_live_key(Application& application, Challenge& challenge) {
  challenge = make_challenge();
  auto answer = application.answer_challenge(challenge.digest_info);
  if (answer) challenge.answer = *std::move(answer);
  else if (answer.error().sw == StatusWord{}) return Unexpected(answer.error());
  return {};
}

}  // namespace

Challenge make_challenge() {
  std::array<Byte, 32> random{};
  fill_random(random);
  const auto info = digest_info(Digest::sha256, hash(Digest::sha256, random));
  return {.digest_info = info ? *info : Bytes{}, .answer = {}};
}

Status collect(TextApplication& text, TextEvidence& evidence) {
  MYNA_CHECK(keep_if_there(text.read(TextFile::attributes), evidence.attributes));
  MYNA_CHECK(keep_if_there(text.read(TextFile::integrity), evidence.integrity));
  MYNA_CHECK(keep_if_there(text.read(TextFile::card_key), evidence.card_key));
  return ask_live_key(text, evidence.live);
}

Status collect(SurfaceApplication& surface, FaceEvidence& evidence) {
  MYNA_CHECK(keep_if_there(surface.read(SurfaceFile::face), evidence.face));
  return ask_live_key(surface, evidence.live);
}

}  // namespace myna

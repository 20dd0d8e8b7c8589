// SPDX-License-Identifier: Apache-2.0
#include "operations.hpp"

#include "myna/use_cases/certificates.hpp"
#include "myna/use_cases/card_check.hpp"
#include "myna/use_cases/holder_data.hpp"
#include "myna/use_cases/pins.hpp"
#include "myna/use_cases/recognise_card.hpp"
#include "myna/use_cases/renewal.hpp"
#include "myna/use_cases/sign_digests.hpp"
#include "myna/use_cases/card_status.hpp"
#include "tests/support/damaged_card.hpp"

namespace myna::test {
namespace {

Pin pin_of(PinKind kind, std::string_view text) { return must(Pin::parse(kind, text)); }

// Whether something was said, and whether it fits.
Status fits(const AuthenticityReport& report) { return report.any(Proof::failed) ? Status{fail(Errc::signature_mismatch)} : Status{}; }

template <typename T>
Status said(const Result<T>& answer) {
  return answer ? Status{} : Status{Unexpected(answer.error())};
}

Status sign_with(MyNumberCard& card, PinKind kind, std::string_view pin) {
  MYNA_TRY(const SignedDigest made, sign_digest(card, pin_of(kind, pin), some_digest_info(), {}, now(), true));
  return made.value.size() == 256 ? Status{} : Status{fail(Errc::malformed)};
}

Status attributes_with_proof(MyNumberCard& card) {
  MYNA_TRY(const TextEvidence evidence, read_attributes(card, pin_of(PinKind::text, "5678"), true, {}));
  MYNA_CHECK(parse_basic_attributes(evidence.attributes.view()));
  return fits(judge(evidence, test_cv_anchors()));
}

Status face_with_proof(MyNumberCard& card) {
  MYNA_TRY(const FaceAnswer answer, read_face(card, {.pin = pin_of(PinKind::face_code_a, "123456789018")}, {}));
  MYNA_CHECK(parse_card_face(answer.face.face.view()));
  return fits(judge(answer.face, test_cv_anchors()));
}

Status age(MyNumberCard& card) {
  AgeRequest request{pin_of(PinKind::text, "5678"), 18, std::chrono::year(2026) / 1 / 1};
  return said(check_age(card, std::move(request), {}, test_cv_anchors(), false));
}

Status whole_check(MyNumberCard& card) {
  std::vector<Pin> pins;
  for (const auto& [kind, text] :
       {std::pair{PinKind::text, "5678"}, {PinKind::face_code_a, "123456789018"}, {PinKind::auth, "1234"}, {PinKind::sign, "ABC123"}}) {
    pins.push_back(pin_of(kind, text));
  }
  MYNA_TRY(const CardEvidence evidence, collect_card_evidence(card, std::move(pins), {}));
  return fits(judge_card(evidence, test_cv_anchors(), now(), true));
}

// The new value is the old one, so that the card stays as it was.
Status change_to_the_same(MyNumberCard& card) {
  bool sent = false;
  return change_pin(card, pin_of(PinKind::text, "5678"), pin_of(PinKind::text, "5678"), {}, sent);
}

constexpr std::array kCounted{PinKind::auth, PinKind::sign};

}  // namespace

const std::vector<Operation>& operations() {
  static const std::vector<Operation> all{
      {"recognise", [](MyNumberCard& card) { return said(recognise_card(card, make_challenge())); }, 5, 5},
      {"status", [](MyNumberCard& card) { return said(read_status(card)); }, 7, 7},
      {"counters", [](MyNumberCard& card) { return said(count_tries(card, kCounted)); }, 3, 3},
      {"auth certificate", [](MyNumberCard& card) { return said(read_certificate(card, {.kind = CertificateKind::auth}, {})); }, 8, 2},
      {"renewal", [](MyNumberCard& card) { return said(read_renewal(card, {}, as_bytes("a key of sixteen"), now())); }, 10, 4},
      {"sign certificate",
       [](MyNumberCard& card) {
         return said(read_certificate(card, {.kind = CertificateKind::sign, .pin = pin_of(PinKind::sign, "ABC123")}, {}));
       },
       12, 6, 1},
      {"a wrong PIN", [](MyNumberCard& card) { return verify_pin(card, pin_of(PinKind::auth, "9999"), {}); }, 4, 4, 1, 1},
      {"signature with the auth key", [](MyNumberCard& card) { return sign_with(card, PinKind::auth, "1234"); }, 18, 7, 1},
      {"signature with the sign key", [](MyNumberCard& card) { return sign_with(card, PinKind::sign, "ABC123"); }, 19, 7, 1},
      {"attributes with proof", attributes_with_proof, 14, 9, 1},
      {"card face with proof", face_with_proof, 35, 9, 1},
      {"age", age, 14, 9, 1},
      {"change of a PIN", change_to_the_same, 5, 5, 1},
      {"card check", whole_check, 88, 34, 4},
  };
  return all;
}

// Another program that comes right behind us: no key signs for it, and no file of the holder opens.
bool left_open(VirtualCard& card) {
  if (!card.powered()) return false;
  bool open = false;
  for (const std::string_view select_key : {"00A4020C020017", "00A4020C02001A"}) {
    card.process(*from_hex("00A4040C0AD392F000260100000001"));
    card.process(*from_hex(select_key));
    const Bytes answer = card.process(*from_hex("802A00800330010200"));
    open = open || answer.size() > 2;
  }
  for (const std::string_view select : {"00A4040C0AD3921000310001010408", "00A4040C0AD3921000310001010402"}) {
    if (card.process(*from_hex(select)) != *from_hex("9000")) continue;   // not on this card
    card.process(*from_hex("00A4020C020002"));
    open = open || card.process(*from_hex("00B0000000")).size() > 2;
  }
  return open;
}

Outcome run_on(const Operation& operation, CardImage image, LengthMode mode) {
  auto card = must(VirtualCard::create(std::move(image)));
  const int before = tries_of(card.image());
  Outcome outcome{};
  {
    MyNumberCard ours(std::make_unique<ObservedChannel>(make_virtual_channel(card), outcome.statistics), mode);
    outcome.status = operation.run(ours);
  }
  outcome.tries_lost = before - tries_of(card.image());
  outcome.open = left_open(card);
  return outcome;
}

Outcome run_with(const Operation& operation, const Dialect& dialect, std::vector<Fault> faults) {
  CardImage image = card_image();
  image.dialect = dialect;
  image.faults = std::move(faults);
  return run_on(operation, std::move(image));
}

}  // namespace myna::test

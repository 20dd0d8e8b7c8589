// SPDX-License-Identifier: Apache-2.0
// Proven means: each value that is shown is the one that was signed, whatever was moved, doubled, inserted, taken out or cut otherwise in a
// record; and what is only unknown is not called a contradiction.
#include <catch2/catch.hpp>

#include <functional>

#include "libmyna/personalise/src/pki/ber.hpp"
#include "libmyna/personalise/src/pki/card_key.hpp"
#include "myna/core/tlv.hpp"
#include "myna/number/my_number.hpp"
#include "myna/trust/authenticity.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

using Parts = std::vector<Bytes>;
enum class SignedForm : bool { values, whole };

// A key that signs records, certified by the test issuer, and a card's own key that answers.
struct Authority {
  CardKey signer = must(make_card_key()), card = must(make_card_key());
  Bytes text_certificate = must(certify(CvChain::text, signer)), face_certificate = must(certify(CvChain::surface, signer));
  Challenge live = answered();

  Challenge answered() const {
    Challenge challenge = make_challenge();
    challenge.answer = must(must(load_private_key(card.pair.pkcs8))->sign_pkcs1_payload(challenge.digest_info));
    return challenge;
  }
};
const Authority& authority() {
  static const Authority one;
  return one;
}

const std::vector<CvAnchor>& anchors() {
  static const std::vector<CvAnchor> issuers = test_cv_anchors();
  return issuers;
}

Bytes value_of(const Bytes& object) {
  ByteReader reader(object);
  const Tlv tlv = must(next_tlv(reader));
  return {tlv.value.begin(), tlv.value.end()};
}

Bytes signed_bytes(std::span<const Bytes> parts, SignedForm form) {
  Bytes bytes;
  for (const Bytes& part : parts) append(bytes, form == SignedForm::whole ? part : value_of(part));
  return bytes;
}

// The objects of a record with their signature, an object of `tag`, behind them.
Parts with_signature(Parts parts, SignedForm form, std::uint16_t tag) {
  const Bytes signature = must(sign_record(authority().signer, signed_bytes(parts, form)));
  parts.push_back(object(tag, signature));
  return parts;
}

Bytes png(std::string_view content) {
  Bytes bytes = must(from_hex("89504E470D0A1A0A"));
  append(bytes, as_bytes(content));
  append(bytes, must(from_hex("0000000049454E44AE426082")));
  return bytes;
}

Bytes jp2(std::string_view content) {
  Bytes bytes = must(from_hex("0000000C6A5020200D0A870A"));
  append(bytes, as_bytes(content));
  return bytes;
}

SecretBytes secret(const Bytes& bytes) { return SecretBytes(ByteView(bytes)); }
std::string text(const SecretBytes& bytes) { return std::string(as_text(bytes.view())); }

// One record of the card: its container, its objects, and what is shown of it, when that is proven.
struct RecordCase {
  std::string name;
  std::uint16_t container;
  Parts parts;
  std::function<std::optional<std::string>(const Bytes& file)> shown;
};

constexpr std::size_t kOffsets = 8;

Parts attribute_parts() {
  return {object(0xDF21, Bytes(kOffsets, 0)), object(0xDF22, "番号　花子"), object(0xDF23, "東京都千代田区"), object(0xDF24, "20100102"),
          object(0xDF25, "2")};
}

Parts face_parts(SignedForm form) {
  const Authority& by = authority();
  Parts parts{object(0xDF22, "20100102"),     object(0xDF23, "2"),         object(0xDF24, by.card.object), object(0xDF25, png("name")),
              object(0xDF26, png("address")), object(0xDF27, jp2("photo"))};
  const std::span<const Bytes> all(parts);
  Bytes digests;
  for (const auto& group : {all.subspan(0, 3), all.subspan(3, 2), all.subspan(5, 1)}) {
    append(digests, hash(Digest::sha256, signed_bytes(group, form)));
  }
  parts.insert(parts.begin(), object(0xDF21, Bytes(18, 0)));
  parts.push_back(object(0xDF28, must(sign_digests(by.signer, digests))));
  parts.push_back(object(0xDF29, "20350102"));
  parts.push_back(object(0xDF2A, png("code")));
  return parts;
}

TextEvidence text_evidence() {
  const Parts attributes = attribute_parts();
  Bytes hashed = concatenated(std::span(attributes).subspan(1));
  Bytes number = object(0xFF10, "123456789018");
  append(number, must(from_hex("FFFF")));
  Parts hashes{object(0xDF31, hash(Digest::sha256, number)), object(0xDF32, hash(Digest::sha256, hashed))};
  hashes = with_signature(hashes, SignedForm::whole, 0xDF33);
  const Parts key = with_signature({object(0xDF51, authority().card.object)}, SignedForm::whole, 0xDF52);
  TextEvidence evidence;
  evidence.certificate = secret(authority().text_certificate);
  evidence.attributes = secret(object(0xFF20, concatenated(attributes)));
  evidence.integrity = secret(object(0xFF30, concatenated(hashes)));
  evidence.card_key = secret(object(0xFF50, concatenated(key)));
  evidence.live = authority().live;
  return evidence;
}

std::optional<std::string> attributes_shown(const TextEvidence& evidence) {
  const auto values = parse_basic_attributes(evidence.attributes.view());
  if (judge(evidence, anchors()).verdict() != kProven || !values) return std::nullopt;
  return text(values->name) + text(values->address) + text(values->birth_date) + std::string(to_string(values->sex));
}

std::optional<std::string> face_shown(const FaceEvidence& evidence) {
  const AuthenticityReport report = judge(evidence, anchors());
  const auto face = parse_card_face(evidence.face.view());
  const bool proven = std::ranges::all_of(report.lines(), [](const ReportLine& line) {
    return line.check == Check::card_expiry || line.check == Check::face_security_code || line.verdict == kProven;
  });
  if (!proven || !face) return std::nullopt;
  return text(face->birth_date) + std::string(to_string(face->sex)) + text(face->name_png) + text(face->address_png) +
         text(face->photo_jp2);
}

FaceEvidence face_evidence(const Bytes& file) {
  FaceEvidence evidence;
  evidence.certificate = secret(authority().face_certificate);
  evidence.face = secret(file);
  evidence.live = authority().live;
  return evidence;
}

Parts objects_in(ByteView file) {
  ByteReader outer(file);
  const Tlv container = must(next_tlv(outer));
  Parts parts;
  for (ByteReader reader(container.value); !reader.empty();) {
    const Tlv child = must(next_tlv(reader));
    parts.emplace_back(child.whole.begin(), child.whole.end());
  }
  return parts;
}

RecordCase text_file_case(std::string name, std::uint16_t container, SecretBytes TextEvidence::*file) {
  return {std::move(name), container, objects_in((text_evidence().*file).view()), [file](const Bytes& changed) {
            TextEvidence evidence = text_evidence();
            evidence.*file = secret(changed);
            return attributes_shown(evidence);
          }};
}

RecordCase age_case(SignedForm form) {
  const Parts parts = with_signature({object(0xDF11, "20100102"), object(0xDF12, authority().card.object)}, form, 0xDF13);
  return {"age", 0xFF10, parts, [](const Bytes& file) -> std::optional<std::string> {
            AgeEvidence evidence;
            evidence.certificate = secret(authority().face_certificate);
            evidence.record = secret(file);
            evidence.live = authority().live;
            const auto date = parse_age_record(file);
            if (judge(evidence, anchors()) != kProven || !date) return std::nullopt;
            return text(*date);
          }};
}

RecordCase number_picture_case(SignedForm form) {
  const Parts parts = with_signature({object(0xDF41, png("number")), object(0xDF42, authority().card.object)}, form, 0xDF43);
  return {"number picture", 0xFF40, parts, [](const Bytes& file) -> std::optional<std::string> {
            FaceEvidence evidence = face_evidence(object(0xFF20, concatenated(face_parts(SignedForm::whole))));
            evidence.number_picture = secret(file);
            const auto picture = parse_number_picture(file);
            if (!face_shown(evidence) || !picture) return std::nullopt;
            return text(*picture);
          }};
}

std::vector<RecordCase> record_cases() {
  std::vector<RecordCase> cases;
  cases.push_back(text_file_case("attributes", 0xFF20, &TextEvidence::attributes));
  cases.push_back(text_file_case("hashes", 0xFF30, &TextEvidence::integrity));
  cases.push_back(text_file_case("card key", 0xFF50, &TextEvidence::card_key));
  cases.push_back(text_file_case("certificate", 0x7F21, &TextEvidence::certificate));
  for (const SignedForm form : {SignedForm::values, SignedForm::whole}) {
    cases.push_back(age_case(form));
    cases.push_back(number_picture_case(form));
    cases.push_back({"face", 0xFF20, face_parts(form), [](const Bytes& file) { return face_shown(face_evidence(file)); }});
  }
  return cases;
}

std::uint16_t tag_of(const Bytes& object) { return static_cast<std::uint16_t>(object.at(0) << 8 | object.at(1)); }

// The same object with what a forger would rather have there.
Bytes forged(const Bytes& part) {
  Bytes value = value_of(part);
  const bool is_date = value.size() == 8 && std::ranges::all_of(value, [](Byte b) { return b >= '0' && b <= '9'; });
  if (is_date) return object(tag_of(part), "19800101");
  if (value.empty()) return object(tag_of(part), "1");
  value[value.size() / 2] = static_cast<Byte>(value[value.size() / 2] ^ 0x01);
  return object(tag_of(part), value);
}

using Visit = std::function<void(const Parts&)>;

void visit_inserted(const Parts& parts, const Bytes& more, const Visit& visit) {
  for (std::size_t at = 0; at <= parts.size(); ++at) {
    Parts changed = parts;
    changed.insert(changed.begin() + static_cast<std::ptrdiff_t>(at), more);
    visit(changed);
  }
}

// Every object, taken out, forged, doubled at every place as it is and forged, and moved to every place.
void visit_objects(const Parts& parts, const Visit& visit) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    Parts without = parts;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    visit(without);
    visit_inserted(without, parts[i], visit);           // moved, and once as it was
    visit_inserted(without, forged(parts[i]), visit);
    visit_inserted(parts, parts[i], visit);
    visit_inserted(parts, forged(parts[i]), visit);
  }
  visit_inserted(parts, object(0xDF7F, "unknown"), visit);
  visit_inserted(parts, object(0xFF20, concatenated(parts)), visit);   // the whole record inside
}

// Near an end, or where the border is now.
bool is_worth_trying(std::size_t border, std::size_t now, std::size_t size) {
  constexpr std::size_t kNear = 12;
  return border != now && (border < kNear || size - border < kNear || (border + kNear > now && border < now + kNear));
}

// Bytes handed over between neighbours: a signature over values alone does not tell where one ends.
void visit_borders(const Parts& parts, const Visit& visit) {
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    const Bytes left = value_of(parts[i]), right = value_of(parts[i + 1]);
    Bytes both = left;
    append(both, right);
    for (std::size_t border = 0; border <= both.size(); ++border) {
      if (!is_worth_trying(border, left.size(), both.size())) continue;
      Parts changed = parts;
      changed[i] = object(tag_of(parts[i]), ByteView(both).first(border));
      changed[i + 1] = object(tag_of(parts[i + 1]), ByteView(both).subspan(border));
      visit(changed);
    }
  }
}

}  // namespace

TEST_CASE("proven: a record that was put together otherwise shows the signed values or is not proven") {
  std::size_t still_proven = 0, tried = 0;
  for (const RecordCase& one : record_cases()) {
    CAPTURE(one.name);
    const auto file = [&one](const Parts& parts) { return object(one.container, concatenated(parts)); };
    const auto original = one.shown(file(one.parts));
    REQUIRE(original);
    const auto visit = [&](const Parts& parts) {
      const auto shown = one.shown(file(parts));
      ++tried;
      if (!shown) return;
      ++still_proven;
      if (*shown != *original) FAIL(one.name << ": a changed record is proven: " << to_hex(file(parts)));
    };
    visit_objects(one.parts, visit);
    visit_borders(one.parts, visit);
  }
  CHECK(tried > 1000);
  CHECK(still_proven > 0);   // the record as it was, and objects that nobody reads
}

TEST_CASE("proven: bytes before or behind the container are not passed over") {
  for (const RecordCase& one : record_cases()) {
    CAPTURE(one.name);
    const Bytes good = object(one.container, concatenated(one.parts));
    Parts changed = one.parts;
    for (Bytes& part : changed) part = forged(part);
    const Bytes bad = object(one.container, concatenated(changed));
    for (const auto& [first, second] : {std::pair(good, bad), std::pair(bad, good), std::pair(good, good)}) {
      Bytes joined = first;
      append(joined, second);
      CHECK_FALSE(one.shown(joined));
    }
  }
}

TEST_CASE("proven: an object before the signed ones, as in the attack that made a child an adult") {
  Parts parts = attribute_parts();
  parts.insert(parts.begin() + 1, object(0xDF24, "19800101"));
  TextEvidence evidence = text_evidence();
  evidence.attributes = secret(object(0xFF20, concatenated(parts)));
  const AuthenticityReport report = judge(evidence, anchors());
  CHECK(report.verdict() == failed(Reason::misplaced));
  CHECK(parse_basic_attributes(evidence.attributes.view()).error().code == Errc::misplaced_object);
}

TEST_CASE("proven: only with an answer of the card's own key") {
  TextEvidence text = text_evidence();
  text.live = make_challenge();                       // a copy: nothing answered
  CHECK(judge(text, anchors()).verdict() == not_proven(Reason::copy));
  text.live.answer = must(must(load_private_key(authority().signer.pair.pkcs8))->sign_pkcs1_payload(text.live.digest_info));
  CHECK(judge(text, anchors()).verdict() == failed(Reason::contradiction));
  text.live = authority().live;
  text.live.digest_info = make_challenge().digest_info;   // an answer to another challenge
  CHECK(judge(text, anchors()).verdict() == failed(Reason::contradiction));
}

TEST_CASE("proven: the number is the one whose hash was signed") {
  Bytes file = object(0xFF10, "123456789018");
  append(file, must(from_hex("FFFF")));
  const TextEvidence evidence = text_evidence();
  CHECK(judge_number(evidence, hash(Digest::sha256, file), anchors()).verdict() == kProven);
  CHECK(judge_number(evidence, hash(Digest::sha256, ByteView(file).first(15)), anchors()).verdict() == failed(Reason::contradiction));
}

TEST_CASE("not proven: what cannot be read accuses nobody") {
  const Bytes odd = must(from_hex("7F21045F4E0101"));
  struct Case {
    SecretBytes TextEvidence::*file;
    Bytes content;
    Reason reason;
  };
  const std::array cases{Case{&TextEvidence::certificate, odd, Reason::unreadable}, Case{&TextEvidence::certificate, {}, Reason::not_read},
                         Case{&TextEvidence::integrity, odd, Reason::unreadable},   Case{&TextEvidence::integrity, {}, Reason::not_read},
                         Case{&TextEvidence::card_key, odd, Reason::unreadable},    Case{&TextEvidence::card_key, {}, Reason::not_read},
                         Case{&TextEvidence::attributes, odd, Reason::unreadable},  Case{&TextEvidence::attributes, {}, Reason::not_read}};
  for (const Case& one : cases) {
    TextEvidence evidence = text_evidence();
    evidence.*one.file = secret(one.content);
    const AuthenticityReport report = judge(evidence, anchors());
    CHECK_FALSE(report.any(Proof::failed));
    CHECK(report.verdict() == not_proven(one.reason));
  }
  CHECK(judge(text_evidence(), {}).verdict() == not_proven(Reason::unknown_issuer));
}

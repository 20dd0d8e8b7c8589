// SPDX-License-Identifier: Apache-2.0
// The JPKI application as conversations: files with as few commands as the card allows, keys, information.
#include <catch2/catch.hpp>

#include "myna/card/applications/jpki.hpp"
#include "myna/card/my_number_card.hpp"
#include "myna/core/hex.hpp"
#include "tests/support/script_channel.hpp"

using namespace myna;
using namespace myna::test;

namespace {


// A SEQUENCE of two OCTET STRINGs, `size` bytes in all (at least 300).
Bytes object_of(std::size_t size, Byte filler) {
  Bytes bytes{0x30, 0x82, static_cast<Byte>((size - 4) >> 8), static_cast<Byte>(size - 4), 0x04, 0x02, 0xAB, 0xCD};
  const std::size_t rest = size - bytes.size() - 4;
  myna::append(bytes, Bytes{0x04, 0x82, static_cast<Byte>(rest >> 8), static_cast<Byte>(rest)});
  bytes.resize(size, filler);
  return bytes;
}

std::string part(const Bytes& bytes, std::size_t from, std::size_t count, std::string_view sw = "9000") {
  return to_hex(ByteView(bytes).subspan(from, std::min(count, bytes.size() - from))) + std::string(sw);
}

struct Conversation {
  explicit Conversation(std::vector<Step> steps, CardTraits given = {})
      : channel(std::move(steps)), traits(given), transaction(CardTransaction::begin(channel, traits)),
        jpki(JpkiApplication::select(*transaction)) {}
  ScriptChannel channel;
  CardTraits traits;
  Result<CardTransaction> transaction;
  Result<JpkiApplication> jpki;
};

}  // namespace

TEST_CASE("a certificate is read by short-EF form and current EF, up to its own end") {
  const Bytes der = object_of(600, 0x11);
  Bytes file = der;
  file.resize(700, 0xFF);   // the EF is longer than the certificate (docs/card/jpki.md)
  const auto a = part(file, 0, 256), b = part(file, 256, 256), c = part(file, 512, 256);
  Conversation talk({kSelectJpki, {"00B08A0000", a}, {"00B0010000", b}, {"00B0020000", c}});
  CHECK(equal(talk.jpki->certificate(CertificateKind::auth)->view(), der));
  CHECK(talk.traits.short_file_current == Known::yes);
}

TEST_CASE("extended Le reads it at once, and a refusal costs one command and is remembered") {
  const Bytes der = object_of(600, 0x22);
  const auto whole = part(der, 0, 600), a = part(der, 0, 256), b = part(der, 256, 256), c = part(der, 512, 256);
  Conversation good({kSelectJpki, {"00B08A00000000", whole}}, {.length_mode = LengthMode::extended});
  CHECK(equal(good.jpki->certificate(CertificateKind::auth)->view(), der));
  CHECK(good.traits.extended == Known::yes);
  Conversation refused({kSelectJpki, {"00B08A00000000", "6700"}, {"00B08A0000", a}, {"00B0010000", b}, {"00B0020000", c},
                        {"00B0820000", a}, {"00B0010000", b}, {"00B0020000", c}},
                       {.length_mode = LengthMode::extended});
  CHECK(equal(refused.jpki->certificate(CertificateKind::auth)->view(), der));
  CHECK(equal(refused.jpki->certificate(CertificateKind::sign_ca)->view(), der));
}

TEST_CASE("a card without short-EF forms is read by SELECT, and asked for the form only once") {
  const Bytes der = object_of(300, 0x33);
  const auto a = part(der, 0, 256), b = part(der, 256, 256);
  Conversation talk({kSelectJpki, {"00B08A0000", "6A86"}, {"00A4020C02000A", "9000"}, {"00B0000000", a}, {"00B0010000", b},
                     {"00A4020C02000B", "9000"}, {"00B0000000", a}, {"00B0010000", b}});
  CHECK(equal(talk.jpki->certificate(CertificateKind::auth)->view(), der));
  CHECK(equal(talk.jpki->certificate(CertificateKind::auth_ca)->view(), der));
}

TEST_CASE("a short-EF READ that does not set the current EF is noticed, with or without another current EF") {
  const Bytes der = object_of(600, 0x44);
  const Bytes other = object_of(1000, 0x30);   // its bytes would be taken for children
  const auto a = part(der, 0, 256), b = part(der, 256, 256), c = part(der, 512, 256);
  Bytes nested = der;
  nested[8] = 0x30;   // constructed: its content must be well formed, which bytes of another file are not
  const auto wrong_b = part(other, 256, 256), wrong_c = part(other, 512, 256);
  const bool none_current = GENERATE(true, false);
  const std::string first = none_current ? a : part(nested, 0, 256);
  std::vector<Step> steps{kSelectJpki, {"00B08A0000", first}};
  if (none_current) steps.push_back({"00B0010000", "6986"});
  else steps.insert(steps.end(), {{"00B0010000", wrong_b}, {"00B0020000", wrong_c}});
  steps.insert(steps.end(), {{"00A4020C02000A", "9000"}, {"00B0000000", a}, {"00B0010000", b}, {"00B0020000", c}});
  Conversation talk(steps);
  CHECK(equal(talk.jpki->certificate(CertificateKind::auth)->view(), der));
  CHECK(talk.traits.short_file_current == Known::no);
}

TEST_CASE("a certificate that is absent, empty, closed or damaged") {
  Conversation absent({kSelectJpki, {"00B0810000", "6A82"}, {"00A4020C020001", "6A82"}});
  CHECK(absent.jpki->certificate(CertificateKind::sign).error().code == Errc::certificate_absent);
  const std::string unwritten = std::string(512, 'F') + "9000";
  Conversation empty({kSelectJpki, {"00B0810000", unwritten}});
  CHECK(empty.jpki->certificate(CertificateKind::sign).error().code == Errc::certificate_absent);
  Conversation closed({kSelectJpki, {"00B0810000", "6982"}});
  CHECK(closed.jpki->certificate(CertificateKind::sign).error().code == Errc::access_denied);
  const auto start = part(object_of(600, 0x55), 0, 256);
  Conversation cut({kSelectJpki, {"00B08A0000", start}, {"00B0010000", "6B00"}, {"00A4020C02000A", "9000"},
                    {"00B0000000", start}, {"00B0010000", "9000"}});
  CHECK(cut.jpki->certificate(CertificateKind::auth).error().code == Errc::malformed);
}

TEST_CASE("extended Le is never tried for the first time behind a VERIFY") {
  const Bytes der = object_of(300, 0x66);
  const auto a = part(der, 0, 256), b = part(der, 256, 256);
  Conversation talk({kSelectJpki, {"0020009B", "63C5"}, {"0020009B06 414243313233", "9000"}, {"00B0810000", a},
                     {"00B0010000", b}, {"00A4040C07A0000001510000", "9000"}},
                    {.length_mode = LengthMode::extended});
  RefusedPins refused;
  REQUIRE(talk.jpki->verify(*Pin::parse(PinKind::sign, "abc123"), {}, refused));
  CHECK(equal(talk.jpki->certificate(CertificateKind::sign)->view(), der));
  { const auto ended = std::move(*talk.transaction); }
}

TEST_CASE("what the card holds is asked in one command each") {
  Bytes token(160, ' ');
  const std::string_view label = "JPKIAPICCTOKEN2", serial = "1234567890123456";
  std::copy(label.begin(), label.end(), token.begin());
  std::copy(serial.begin(), serial.end(), token.begin() + 80);
  token[64] = 0x07;   // not a character
  const auto file = to_hex(token) + "9000";
  Conversation talk({kSelectJpki, {"00B0860000", file}, {"00B0880000", "8F00009000"}});
  const auto card = recognise(*talk.jpki);
  CHECK(card->kind == CardKind::my_number);
  CHECK(card->token.serial == serial);
  CHECK(card->token.model == "?");
  const auto held = talk.jpki->availability();
  CHECK(held->sign == Known::yes);
  CHECK(held->auth == Known::no);
}

TEST_CASE("the kind of card follows from the label") {
  struct Row { std::string_view label; CardKind kind; };
  const auto row = GENERATE(Row{"JPKIAPICCTOKEN2", CardKind::my_number}, Row{"JPKIAPICCTOKEN", CardKind::juki},
                            Row{"JPKIAPGPSETOKEN", CardKind::phone_android}, Row{"JPKIAPIOSTOKEN", CardKind::phone_ios},
                            Row{"SOMETHING NEW", CardKind::my_number});
  Bytes token(160, 0);   // NUL-padded as in one source (docs/card/jpki.md, "Token information")
  std::copy(row.label.begin(), row.label.end(), token.begin());
  const auto file = to_hex(token) + "9000";
  Conversation talk({kSelectJpki, {"00B0860000", file}});
  CHECK(recognise(*talk.jpki)->kind == row.kind);
}

TEST_CASE("identity is issuer and serial from the first 256 bytes") {
  const Bytes start = *from_hex("30820621 30820509 A003020102 0204012D57CA 300D06092A864886F70D01010B0500 3004310230AA 30");
  Bytes chunk = start;
  chunk.resize(256, 0x00);
  const auto answer = to_hex(chunk) + "9000";
  Conversation talk({kSelectJpki, {"00B08A0000", answer}});
  CHECK(to_hex(talk.jpki->identity()->issuer_and_serial) == "3004310230AA0204012D57CA");
}

TEST_CASE("a signature takes one command by short-EF form, and SELECT where that is refused") {
  const std::string signature = std::string(512, 'B') + "9000";
  const Bytes info{0x30, 0x01, 0x02};
  Conversation direct({kSelectJpki, {"802A009703 300102 00", signature}, {"802A009A03 300102 00", "6982"}});
  CHECK(direct.jpki->sign(KeyKind::auth, info)->size() == 256);
  CHECK(direct.jpki->sign(KeyKind::sign, info).error().code == Errc::access_denied);
  Conversation selected({kSelectJpki, {"802A009703 300102 00", "6A86"}, {"00A4020C020017", "9000"},
                         {"802A008003 300102 00", signature}});
  CHECK(selected.jpki->sign(KeyKind::auth, info));
  Conversation wrong({kSelectJpki, {"802A009703 300102 00", "AABB9000"}});
  CHECK(wrong.jpki->sign(KeyKind::auth, info).error().code == Errc::malformed);
  CHECK(wrong.jpki->sign(KeyKind::auth, Bytes(246, 0)).error().code == Errc::invalid_argument);
  CHECK(wrong.jpki->sign(KeyKind::auth, {}).error().code == Errc::invalid_argument);
}

TEST_CASE("any refusal of the JPKI application means a foreign card, 6F00 does not") {
  const auto sw = GENERATE("6A82", "6D00", "6E00", "6999", "6700");
  Conversation talk({{kSelectJpki.command, sw}});
  CHECK(talk.jpki.error().code == Errc::card_foreign);
  Conversation broken({{kSelectJpki.command, "6F00"}, {kSelectJpki.command, "6F00"}});
  CHECK(broken.jpki.error().code == Errc::unexpected_status);
}

TEST_CASE("a card that was reset between two transactions is not trusted to be the same") {
  auto owned = std::make_unique<ScriptChannel>(std::vector<Step>{});
  ScriptChannel& channel = *owned;
  MyNumberCard card(std::move(owned));
  CHECK(card.begin());
  CHECK(card.begin());
  ++channel.resets_;
  CHECK(card.begin().error().code == Errc::card_changed);
  CHECK(card.begin());
}

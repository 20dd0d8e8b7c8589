// SPDX-License-Identifier: Apache-2.0
// The rules of docs/card/dialects.md and of the pages it names, one by one. The virtual card must refuse what a card refuses.
#include <catch2/catch.hpp>

#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

const std::string kSelect = "00A4040C0AD392F000260100000001";
const std::string kText = "00A4040C0AD3921000310001010408";
const std::string kIssuer = "00A4040C07A0000001510000";
const std::string kAsk = "00200098", kRight = "002000980431323334", kWrong = "002000980439393939";
const std::string kSign = "802A00970330010200", kSignWithPassword = "802A009A0330010200";
const std::string kOk = "9000";

VirtualCard powered(const Dialect& dialect = {}) {
  CardImage image = card_image();
  image.dialect = dialect;
  auto card = must(VirtualCard::create(std::move(image)));
  card.power_on();
  return card;
}

VirtualCard in_jpki(const Dialect& dialect = {}) {
  auto card = powered(dialect);
  CHECK(say(card, kSelect) == kOk);
  return card;
}

// Several commands in order, their answers put together.
std::string talk(VirtualCard& card, std::initializer_list<std::string> commands) {
  std::string answers;
  for (const std::string& command : commands) answers += say(card, command);
  return answers;
}

std::string status(const std::string& answer) { return answer.substr(answer.size() - 4); }

}  // namespace

TEST_CASE("1.7 SELECT: forms, partial names, unknown names, the master file") {
  auto card = powered();
  CHECK(say(card, "00A40000") == "6A86");
  CHECK(say(card, "00A4040C05D392F00026") == kOk);
  CHECK(say(card, "00A40000") == kOk);
  CHECK(say(card, kAsk) == "63C3");   // ... without changing the DF
  CHECK(say(card, "00A404000AD392F00026010000000100") == kOk);
  CHECK(say(card, "00A4000C023F00") == "6A82");
  CHECK(say(card, "00A4040C05A000000003") == "6A82");
  CHECK(say(card, kAsk) == "63C3");   // a failed SELECT keeps the DF
  CHECK(say(card, "00A4040D05D392F00026") == "6A86");
  CHECK(say(card, "00A4090C05D392F00026") == "6A86");
  CHECK(say(card, "00A4020C02000A") == kOk);
  CHECK(say(card, "00A4020C020077") == "6A82");
  CHECK(say(card, "00B0000004").substr(0, 4) == "3082");   // ... and the EF
}

TEST_CASE("1.8 READ BINARY: both forms, the end of the file, no file, wrong kind, closed") {
  auto card = in_jpki();
  const Bytes& file = file_of(card_image(), 0x000A);
  CHECK(say(card, "00B0000000") == "6986");
  CHECK(say(card, "00B08A0000") == to_hex(ByteView(file).first(256)) + kOk);
  CHECK(say(card, "00B0010004") == to_hex(ByteView(file).subspan(256, 4)) + kOk);
  CHECK(say(card, "00B08A00000000") == to_hex(file) + kOk);
  const std::size_t last = file.size() - 2;
  const Bytes near_end{0x00, 0xB0, static_cast<Byte>(last >> 8), static_cast<Byte>(last), 0x00};
  CHECK(say(card, to_hex(near_end)) == to_hex(ByteView(file).last(2)) + kOk);
  CHECK(say(card, "00B07FFF00") == "6B00");
  CHECK(say(card, "00B0980000") == "6981");
  CHECK(say(card, "00B0810000") == "6982");
  CHECK(say(card, "00B0950000") == "6A82");
  CHECK(say(card, "00B08A00") == "6700");
}

TEST_CASE("1.9 the empty VERIFY has no Le, tells the count, and costs nothing") {
  auto card = in_jpki();
  for (int i = 0; i < 10; ++i) CHECK(say(card, kAsk) == "63C3");
  CHECK(say(card, "0020009800") == "6700");
  CHECK(say(card, "00200080") == "6986");
  CHECK(say(card, "00A4020C020018") == kOk);
  CHECK(say(card, "00200080") == "63C3");
  CHECK(say(card, "0020008A") == "6981");
  CHECK(say(card, "00200100") == "6A86");
  CHECK(say(card, "0020009B") == "63C5");
}

TEST_CASE("8.3 a wrong PIN counts down, the right one restores, an empty counter refuses even the right one") {
  auto card = in_jpki();
  CHECK(say(card, kWrong) == "63C2");
  CHECK(say(card, kRight) == kOk);
  CHECK(say(card, kWrong) == "63C2");
  CHECK(say(card, kWrong) == "63C1");
  CHECK(say(card, kWrong) == "63C0");
  CHECK(say(card, kAsk) == "63C0");
  CHECK(say(card, kRight) == "6984");
  CHECK(say(card, kSign) == "6982");
}

TEST_CASE("1.10 what ends a verified state and what does not") {
  auto card = in_jpki();
  CHECK(say(card, kRight) == kOk);
  CHECK(say(card, kSelect) == kOk);
  CHECK(status(say(card, kSign)) == kOk);          // the same application again
  card.warm_reset();
  CHECK(say(card, kSign) == "6A82");               // the issuer domain is current after a reset
  CHECK(say(card, kSelect) == kOk);
  CHECK(status(say(card, kSign)) == kOk);          // a warm reset keeps the PIN
  CHECK(say(card, kIssuer) == kOk);
  CHECK(say(card, kSelect) == kOk);
  CHECK(say(card, kSign) == "6982");               // another application ends it
  CHECK(say(card, kRight) == kOk);
  card.power_on();
  CHECK(say(card, kSelect) == kOk);
  CHECK(say(card, kSign) == "6982");               // and so does a cold start
  CHECK(say(card, kRight) == kOk);
  CHECK(say(card, "00A4040C05A000000003") == "6A82");
  CHECK(status(say(card, kSign)) == kOk);          // a SELECT that fails ends nothing
}

TEST_CASE("1.10 both PINs may be open, and each opens its own key only") {
  auto card = in_jpki();
  CHECK(say(card, kRight) == kOk);
  CHECK(say(card, kSignWithPassword) == "6982");
  CHECK(say(card, "0020009B06414243313233") == kOk);
  CHECK(status(say(card, kSignWithPassword)) == kOk);
  CHECK(status(say(card, kSign)) == kOk);
  CHECK(status(say(card, "00B0810000")) == kOk);
}

TEST_CASE("8.3 a failed VERIFY drops an earlier success of the same PIN") {
  auto card = in_jpki();
  CHECK(say(card, kRight) == kOk);
  CHECK(say(card, kWrong) == "63C2");
  CHECK(say(card, kSign) == "6982");
}

TEST_CASE("5 signatures: payload sizes, schemes, key references") {
  auto card = in_jpki();
  CHECK(say(card, kRight) == kOk);
  const auto with_bytes = [](std::size_t count, const std::string& p1) {
    return "802A" + p1 + "97" + to_hex(Bytes{static_cast<Byte>(count)}) + std::string(2 * count, '5') + "00";
  };
  CHECK(say(card, with_bytes(245, "00")).size() == 2 * 258);
  CHECK(say(card, with_bytes(1, "00")).size() == 2 * 258);
  CHECK(say(card, with_bytes(246, "00")) == "6985");
  CHECK(say(card, "802A009700") == "6985");
  CHECK(say(card, "802A0080033001020000") == "6700");
  CHECK(say(card, "802A00800330010200") == "6986");
  CHECK(say(card, "802A00980330010200") == "6981");
  CHECK(say(card, "802A00000330010200") == "6A88");
  for (const auto* p1 : {"01", "02", "03", "04", "05", "06"}) CHECK(say(card, with_bytes(32, p1)) == "6A86");
}

TEST_CASE("5 with PSS the schemes do what the table says, judged with the public key") {
  auto card = in_jpki({.pss = true});
  CHECK(say(card, kRight) == kOk);
  const auto key = must(certificate_public_key(file_of(card_image(), 0x000A)));
  const Bytes message{'h', 'i'};
  const Bytes digest = hash(Digest::sha256, message);
  const Bytes info = must(digest_info(Digest::sha256, digest));
  const auto sign = [&card](const std::string& p1, const Bytes& data) {
    const Bytes answer =
        must(from_hex(say(card, "802A" + p1 + "97" + to_hex(Bytes{static_cast<Byte>(data.size())}) + to_hex(data) + "00")));
    return Bytes(answer.begin(), answer.end() - 2);
  };
  CHECK(key->verify_pkcs1(digest, sign("01", message)));
  CHECK(key->verify_pkcs1(info, sign("02", digest)));
  CHECK(key->verify_pkcs1(info, sign("03", message)));
  CHECK(key->verify_pss_sha256(digest, sign("04", digest)));
  CHECK(key->verify_pss_sha256(digest, sign("05", message)));
  CHECK(say(card, "802A04970330010200") == "6985");
  CHECK(say(card, "802A06970330010200") == "6A86");
}

TEST_CASE("1.6 classes, channels, secure messaging, unknown instructions, challenge") {
  auto card = in_jpki();
  CHECK(say(card, "01200098") == "6881");
  CHECK(say(card, "0C200098") == "6882");
  CHECK(say(card, "40200098") == "6E00");
  CHECK(say(card, "80200098") == "6E00");
  CHECK(say(card, "00FF0000") == "6D00");
  CHECK(say(card, "0084000008").size() == 2 * 10);
  CHECK(say(card, "0084000008") != say(card, "0084000008"));
  CHECK(say(card, "00840000000100") == "6985");
  CHECK(say(card, "00CA00F200") == "6A88");
}

TEST_CASE("2.1.4 CHANGE REFERENCE DATA needs the old PIN and keeps the form") {
  auto card = in_jpki();
  CHECK(say(card, "002401980435363738") == "6982");
  CHECK(say(card, kRight) == kOk);
  CHECK(say(card, "0024019803353637") == "6A80");
  CHECK(say(card, "002400980435363738") == "6A86");
  CHECK(say(card, "002401980435363738") == kOk);
  CHECK(say(card, kRight) == "63C2");
  CHECK(say(card, "002000980435363738") == kOk);
}

TEST_CASE("an unpowered card answers 6F00, and damaged commands 6700") {
  auto card = must(VirtualCard::create(card_image()));
  CHECK(say(card, kSelect) == "6F00");
  card.power_on();
  CHECK(say(card, "") == "6700");
  CHECK(say(card, "00A4") == "6700");
  CHECK(say(card, "00A4040C0AD392") == "6700");
}

TEST_CASE("each dialect does what its name says, and only that") {
  auto blocked = in_jpki({.blocked = sw::kBlocked});
  for (int i = 0; i < 3; ++i) say(blocked, kWrong);
  CHECK(say(blocked, kRight) == "6983");

  auto telling = in_jpki();
  auto silent = in_jpki({.empty_verify_tells_verified = false});
  CHECK(talk(telling, {kRight, kAsk}) == kOk + kOk);
  CHECK(talk(silent, {kRight, kAsk}) == kOk + "63C3");

  auto no_extended = in_jpki({.extended_length = false});
  CHECK(say(no_extended, "00B08A00000000") == "6700");
  auto no_short = in_jpki({.short_file_ids = false});
  CHECK(say(no_short, "00B08A0000") == "6A86");
  CHECK(say(no_short, kAsk) == "6A86");
  CHECK(say(no_short, kSign) == "6A86");

  auto not_current = in_jpki({.short_read_sets_current = false});
  CHECK(status(say(not_current, "00B08A0000")) == kOk);
  CHECK(say(not_current, "00B0010000") == "6986");

  auto no_issuer = in_jpki({.issuer_domain = false});
  CHECK(say(no_issuer, kIssuer) == "6A82");
  CHECK(say(no_issuer, kText) == kOk);

  auto sleepy = powered({.first_command_fails = true});
  CHECK(say(sleepy, kSelect) == "6F00");
  CHECK(say(sleepy, kSelect) == kOk);

  auto lenient = in_jpki({.wrong_pin_drops_state = false});
  CHECK(talk(lenient, {kRight, kWrong}) == kOk + "63C2");
  CHECK(status(say(lenient, kSign)) == kOk);

  auto strict = in_jpki({.reselect_keeps_pins = false});
  CHECK(talk(strict, {kRight, kSelect, kSign}) == kOk + kOk + "6982");

  auto keeping = in_jpki({.warm_reset_keeps_selection = true});
  keeping.warm_reset();
  CHECK(say(keeping, kAsk) == "63C3");
}

TEST_CASE("every dialect setting has two values that differ, and the first is the default") {
  for (const DialectSetting& setting : dialect_settings()) {
    INFO(setting.name);
    REQUIRE(setting.values.size() >= 2);
    Dialect dialect;
    CHECK(setting.get(dialect) == setting.values.front());
    for (const auto value : setting.values) {
      setting.set(dialect, value);
      CHECK(setting.get(dialect) == value);
    }
    CHECK(dialect != Dialect{});
  }
}

TEST_CASE("a counter is stored before the answer leaves, and a failing store never makes a try free") {
  bool stored_first = false, works = true;
  int stores = 0;
  auto card = must(VirtualCard::create(card_image(), [&](const CardImage& image) -> Status {
    ++stores;
    if (!works) return fail(Errc::storage_failed);
    stored_first = stored_first || jpki_of(image).pins.front().remaining == 2;
    return {};
  }));
  card.power_on();
  CHECK(say(card, kSelect) == kOk);
  CHECK(say(card, kWrong) == "63C2");
  CHECK(stored_first);
  works = false;
  CHECK(say(card, kRight) == "6581");
  CHECK(say(card, kSign) == "6982");
  CHECK(say(card, kAsk) == "63C1");
  CHECK(stores == 2);
}

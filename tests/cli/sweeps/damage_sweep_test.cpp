// SPDX-License-Identifier: Apache-2.0
// Every command on a card of which something is missing or damaged: it says what, loses no try, leaves no card open and no file behind,
// accuses nobody and calls nothing proven that is not. In process, through the command line's own parser.
#include <catch2/catch.hpp>

#include "every_command.hpp"
#include "tests/support/damaged_card.hpp"
#include "workplace.hpp"

using namespace myna;
using namespace myna::test;

namespace {

// What cannot be proven without a file or key.
struct ProofRow {
  ByteView aid;
  FileId file;
  std::vector<std::string> checks;
};
const std::vector<ProofRow>& proofs() {
  static const std::vector<ProofRow> rows{
      {kText, 0x0002, {"attributes-hash", "certificate-agreement"}},
      {kText, 0x0003, {"text-record", "attributes-hash"}},
      {kText, 0x0004, {"text-certificate", "text-record", "attributes-hash"}},
      {kText, 0x0007, {"text-card-key", "text-live-key"}},
      {kSurface, 0x0002, {"face-signature", "face-agreement"}},
      {kSurface, 0x0004, {"face-certificate", "face-signature"}},
      {kJpki, 0x000A, {"auth-key"}},
      {kJpki, 0x000B, {"auth-key"}},
      {kJpki, 0x0017, {"auth-key"}},
      {kJpki, 0x0001, {"certificate-agreement"}},
      {kJpki, 0x0002, {"certificate-agreement"}},
  };
  return rows;
}

bool needs(const CommandRow& command, const DamageCase& damaged) {
  if (damaged.place.file == 0x0008 && damaged.kind != Damage::zeros) return false;   // what says nothing is asked for
  if (!damaged.place.file) return true;                                              // a whole application
  return std::ranges::any_of(command.needs,
                             [&](const Need& need) { return equal(need.aid, damaged.place.aid) && need.file == *damaged.place.file; });
}

// Where a bit or every byte is another one, a signature or hash may contradict.
bool may_contradict(Damage kind) { return kind == Damage::garbled || kind == Damage::scratched; }

std::vector<std::string> unprovable(const DamageCase& damaged) {
  for (const ProofRow& row : proofs()) {
    const bool here = equal(row.aid, damaged.place.aid) && damaged.place.file == row.file;
    const bool ca = row.file == 0x000B || (equal(row.aid, kJpki) && row.file == 0x0002);
    if (here && !(ca && damaged.kind == Damage::scratched)) return row.checks;   // a CA may be scratched where nobody looks
  }
  return {};
}

void check_report(const Ended& ended, const DamageCase& damaged) {
  if (!ended.document.contains("report")) return;
  const auto cannot = unprovable(damaged);
  for (const auto& line : ended.document["report"]) {
    const std::string check = line["check"], result = line["result"];
    INFO(check << ' ' << result);
    if (!may_contradict(damaged.kind)) CHECK(result != "failed");
    if (std::ranges::find(cannot, check) != cannot.end()) CHECK(result != "proven");
  }
}

constexpr int kGood = 0, kBad = 1, kUsage = 2, kNoCard = 3;

void check_code(const CommandRow& command, const Ended& ended, const DamageCase& damaged) {
  const bool listed = ended.code == kGood || ended.code == kNoCard || (ended.code == kBad && may_contradict(damaged.kind)) ||
                      (ended.code == kUsage && damaged.kind == Damage::denied);
  CHECK(listed);
  if (!command.about_everything && !needs(command, damaged)) CHECK(ended.code == kGood);
  const bool foreign = ended.document.contains("card") && ended.document["card"].value("kind", "") == "foreign";
  const bool named = ended.code == kGood || ended.code == kBad || foreign ||
                     (ended.document.contains("error") && ended.document["error"].contains("about"));
  CHECK(named);
}

void check_command(Workplace& place, const CommandRow& command, const DamageCase& damaged) {
  const Ended ended = run(place, command.words);
  INFO("myna " << joined(command.words) << "on " << damaged.name << ": " << ended.code << ' ' << ended.document.dump());
  check_code(command, ended, damaged);
  check_report(ended, damaged);
  CHECK_FALSE(place.lost_a_try());
  CHECK_FALSE(ended.open);
  if (ended.code != kGood) CHECK_FALSE(place.left_a_file());
  place.clear();
}

std::string state_of(const cli::Json& document, const std::string& pin) {
  for (const auto& one : document["pins"]) {
    if (one["name"] == pin) return one["state"];
  }
  return "missing";
}

Place jpki_file(FileId file) { return {Bytes(kJpki.begin(), kJpki.end()), file}; }

}  // namespace

TEST_CASE("damage: every command is good on a whole card") {
  Workplace place;
  place.insert(card_image());
  for (const CommandRow& command : commands()) {
    const Ended ended = run(place, command.words);
    INFO("myna " << joined(command.words) << ended.code << ' ' << ended.document.dump());
    CHECK(ended.code == kGood);
    CHECK_FALSE(place.lost_a_try());
    CHECK_FALSE(ended.open);
    place.clear();
  }
}

namespace {

// Half of the ways do for each run of the tests, and of the commands those that the damage can reach and those that tell of everything.
enum class Extent : std::uint8_t { chosen, all };

bool is_chosen(Damage kind) { return kind != Damage::zeros && kind != Damage::scratched; }

bool is_chosen(const CommandRow& command, const DamageCase& damaged) {
  return command.about_everything || needs(command, damaged) || command.words.front() == "status" ||
         command.words == std::vector<std::string>{"pin", "status"};
}

void sweep(const std::vector<DamageCase>& cases, Extent extent) {
  Workplace place;
  for (const DamageCase& damaged : cases) {
    if (extent == Extent::chosen && !is_chosen(damaged.kind)) continue;
    place.insert(damaged.done_to(card_image()));
    for (const CommandRow& command : commands()) {
      if (extent == Extent::all || is_chosen(command, damaged)) check_command(place, command, damaged);
    }
  }
}

void sweep_application(ByteView aid) {
  for (const ImageApplication& application : card_image().applications) {
    if (equal(application.aid, aid)) sweep(damages_of(application), Extent::chosen);
  }
}

}  // namespace

TEST_CASE("damage: every file of JPKI in six ways, every command that it can reach") { sweep_application(kJpki); }
TEST_CASE("damage: every file of the resident's data in six ways, every command that it can reach") { sweep_application(kText); }
TEST_CASE("damage: every file of the card face in six ways, every command that it can reach") { sweep_application(kSurface); }
TEST_CASE("damage: every file of the card's own data in six ways, every command that it can reach") { sweep_application(kCommon); }
TEST_CASE("damage in full: every place in every way, every command", "[.deep]") { sweep(damages_of(card_image()), Extent::all); }

TEST_CASE("damage: a whole application missing, every command") {
  std::vector<DamageCase> cases;
  for (const DamageCase& damaged : damages_of(card_image())) {
    if (!damaged.place.file) cases.push_back(damaged);
  }
  sweep(cases, Extent::all);
}

TEST_CASE("damage: status and pin status name what is missing and show the rest, one after the other and in pairs") {
  constexpr std::array<FileId, 8> kFiles{0x0001, 0x0006, 0x0008, 0x000A, 0x0017, 0x0018, 0x001A, 0x001B};
  Workplace place;
  for (const FileId first : kFiles) {
    for (const FileId second : kFiles) {
      if (second < first) continue;
      CardImage image = card_image();
      REQUIRE(damage(image, jpki_file(first), Damage::absent));
      if (second != first) REQUIRE(damage(image, jpki_file(second), Damage::absent));
      place.insert(image);
      const auto gone = [&](FileId file) { return first == file || second == file; };
      const Ended status = run(place, {"status"}), pins = run(place, {"pin", "status"}), card = run(place, {"check-card"});
      INFO(std::hex << first << ' ' << second << ": " << status.document.dump() << pins.document.dump() << card.document.dump());
      CHECK((status.code == kGood && pins.code == kGood && card.code != 8));
      CHECK(status.document["card"]["kind"] == "my-number");
      CHECK(status.document["token"].is_null() == gone(0x0006));
      CHECK(status.document["token_state"] == (gone(0x0006) ? "absent" : "present"));
      CHECK(status.document["certificates"]["auth"] == !gone(0x000A));
      CHECK(status.document["certificate_states"]["sign"] == (gone(0x0001) ? "absent" : "present"));
      for (const Ended* ended : {&status, &pins}) {
        CHECK(state_of(ended->document, "auth") == (gone(0x0018) ? "absent" : "ok"));
        CHECK(state_of(ended->document, "sign") == (gone(0x001B) ? "absent" : "ok"));
      }
      CHECK(state_of(pins.document, "text") == "ok");
      CHECK_FALSE(place.lost_a_try());
    }
  }
}

TEST_CASE("damage: an application that is missing takes no other's counters along") {
  Workplace place;
  CardImage image = card_image();
  REQUIRE(damage(image, {Bytes(kText.begin(), kText.end()), {}}, Damage::absent));
  place.insert(image);
  const Ended all = run(place, {"pin", "status"}), named = run(place, {"pin", "status", "text", "face-code-a"});
  CHECK((all.code == kGood && state_of(all.document, "text") == "absent" && state_of(all.document, "face-code-a") == "ok"));
  CHECK((named.code == kNoCard && state_of(named.document, "text") == "absent" && state_of(named.document, "face-code-a") == "ok"));
}

TEST_CASE("damage: a card of face authentication has no PIN and no signature certificate, and is healthy") {
  Workplace place;
  CardImage image = card_image();
  for (const FileId file : {FileId{0x0001}, FileId{0x001A}, FileId{0x001B}, FileId{0x0018}}) {
    REQUIRE(damage(image, jpki_file(file), Damage::absent));
  }
  place.insert(image);
  const Ended status = run(place, {"status"}), pins = run(place, {"pin", "status"}), card = run(place, {"check-card"}),
              auth = run(place, {"cert", "show", "auth"});
  CHECK((status.code == kGood && pins.code == kGood && card.code == kGood && auth.code == kGood));
  CHECK((status.document["certificates"]["auth"] == true && status.document["certificates"]["sign"] == false));
  CHECK((state_of(pins.document, "auth") == "absent" && state_of(pins.document, "text") == "ok"));
  CHECK(card.document["report"].dump().find("failed") == std::string::npos);
  CHECK(run(place, {"sign", "RAW", "-o", "OUT"}).code == kNoCard);
  CHECK_FALSE(place.left_a_file());
}

TEST_CASE("damage: of a key that is not supported yet the certificate is shown and exported, and nothing is signed") {
  Workplace place;
  place.insert(with_elliptic_certificate(with_elliptic_certificate(card_image(), 0x000A), 0x0001));
  for (const CommandRow& command : commands()) {
    const bool signs = command.words.front() == "sign" &&
                       command.words != std::vector<std::string>{"sign", "RAW", "--format", "raw", "--key", "auth", "-o", "OUT"};
    const Ended ended = run(place, command.words);
    INFO("myna " << joined(command.words) << ended.code << ' ' << ended.document.dump());
    CHECK(ended.code != 8);
    if (command.words.front() == "cert") CHECK(ended.code == kGood);
    if (signs) CHECK((ended.code == kNoCard && ended.document["error"]["code"] == "key-unsupported"));
    if (signs) CHECK_FALSE(place.left_a_file());
    CHECK_FALSE(place.lost_a_try());
    place.clear();
  }
}

TEST_CASE("damage: a card that gives little at a time, or is strict about lengths, does all that another does") {
  const std::string setting = GENERATE("read-limit=16", "excess-le=6700", "excess-le=6Cxx", "exact-record-le=yes", "all");
  CardImage image = card_image();
  for (const DialectSetting& one : dialect_settings()) {
    const bool all = setting == "all" && (one.name == "read-limit" || one.name == "excess-le" || one.name == "exact-record-le");
    if (all || setting.starts_with(std::string(one.name) + '=')) {
      one.set(image.dialect, all ? one.values.back() : std::string_view(setting).substr(one.name.size() + 1));
    }
  }
  Workplace place;
  place.insert(image);
  for (const CommandRow& command : commands()) {
    const Ended ended = run(place, command.words);
    INFO(setting << ": myna " << joined(command.words) << ended.code << ' ' << ended.document.dump());
    CHECK(ended.code == kGood);
    CHECK(ended.document.dump().find("not-proven") == std::string::npos);
    place.clear();
  }
}

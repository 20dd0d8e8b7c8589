// SPDX-License-Identifier: Apache-2.0
// Every command on a card of which something is missing or damaged: it says what, loses no try, leaves no card open and no file behind,
// accuses nobody and calls nothing proven that is not. In process, through the command line's own parser.
#include <catch2/catch.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iostream>

#include "cli/parse_arguments.hpp"
#include "myna/card_directory.hpp"
#include "support/damaged_card.hpp"

using namespace myna;
using namespace myna::test;
namespace fs = std::filesystem;

namespace {

constexpr ByteView kJpki(aid::kJpki), kText(aid::kText), kSurface(aid::kSurface), kCommon(aid::kCommon);

struct Need {
  ByteView aid;
  FileId file;
};

// A command, and what of the card it cannot do without. What is not in the list must change nothing.
struct CommandRow {
  std::vector<std::string> words;   // OUT, RAW and so on stand for files
  std::vector<Need> needs;
  bool about_everything = false;    // a report of all that there is: it ends well whatever is missing, or by what it found
};

const std::vector<Need> kSignNeeds{{kJpki, 0x0001}, {kJpki, 0x0002}, {kJpki, 0x0008}, {kJpki, 0x001A}, {kJpki, 0x001B}};
const std::vector<Need> kAuthNeeds{{kJpki, 0x000A}, {kJpki, 0x000B}, {kJpki, 0x0017}, {kJpki, 0x0018}};

const std::vector<CommandRow>& commands() {
  static const std::vector<CommandRow> rows{
      {{"readers"}, {}},
      {{"status"}, {}},
      {{"pin", "status"}, {}},
      {{"pin", "verify", "auth"}, {{kJpki, 0x0018}}},
      {{"pin", "verify", "sign"}, {{kJpki, 0x001B}}},
      {{"pin", "verify", "text"}, {{kText, 0x0011}}},
      {{"cert", "show", "auth"}, {{kJpki, 0x000A}}},
      {{"cert", "show", "sign"}, {{kJpki, 0x0001}, {kJpki, 0x0008}, {kJpki, 0x001B}}},
      {{"cert", "show", "auth-ca"}, {{kJpki, 0x000B}}},
      {{"cert", "show", "sign-ca"}, {{kJpki, 0x0002}}},
      {{"cert", "export", "auth", "-o", "OUT"}, {{kJpki, 0x000A}}},
      {{"cert", "export", "sign", "-o", "OUT"}, {{kJpki, 0x0001}, {kJpki, 0x0008}, {kJpki, 0x001B}}},
      {{"cert", "export", "auth-ca", "-o", "OUT"}, {{kJpki, 0x000B}}},
      {{"cert", "export", "sign-ca", "-o", "OUT"}, {{kJpki, 0x0002}}},
      {{"sign", "RAW", "--format", "raw", "--key", "auth", "-o", "OUT"}, {{kJpki, 0x0017}, {kJpki, 0x0018}}},
      {{"sign", "RAW", "--format", "raw", "--check", "-o", "OUT"}, {{kJpki, 0x0001}, {kJpki, 0x0008}, {kJpki, 0x001A}, {kJpki, 0x001B}}},
      {{"sign", "RAW", "--format", "cms", "-o", "OUT"}, kSignNeeds},
      {{"sign", "PDF", "--format", "pdf", "-o", "OUT"}, kSignNeeds},
      {{"sign", "XML", "--format", "xml", "-o", "OUT"}, kSignNeeds},
      {{"sign", "RAW", "--format", "jws", "-o", "OUT"}, kSignNeeds},
      {{"sign", "RAW", "--format", "jws", "--key", "auth", "-o", "OUT"}, kAuthNeeds},
      {{"sign", "RAW", "--format", "asic", "-o", "OUT"}, kSignNeeds},
      {{"attributes"}, {{kText, 0x0002}, {kText, 0x0011}}},
      {{"attributes", "--verify"}, {{kText, 0x0002}, {kText, 0x0003}, {kText, 0x0004}, {kText, 0x0007}, {kText, 0x0011}, {kText, 0x0017}}, true},
      {{"number", "--purpose", "a test"}, {{kText, 0x0001}, {kText, 0x0011}}},
      {{"face", "-o", "OUT", "--verify"}, {}, true},
      {{"card", "show", "--verify"}, {}, true},
      {{"check-card"}, {}, true},
      {{"serial"}, {{kCommon, 0x0001}}},
      {{"link", "--service", "KEY"}, {{kJpki, 0x000A}}},
  };
  return rows;
}

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

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// One page with nothing on it.
std::string empty_pdf() {
  constexpr std::array kObjects{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"};
  std::string pdf = "%PDF-1.7\n", table = "xref\n0 4\n0000000000 65535 f \n";
  for (std::size_t i = 0; i < kObjects.size(); ++i) {
    const std::string at = std::to_string(pdf.size());
    table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
    pdf += std::to_string(i + 1) + " 0 obj\n" + kObjects[i] + "\nendobj\n";
  }
  const std::string start = std::to_string(pdf.size());
  return pdf + table + "trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n" + start + "\n%%EOF\n";
}

// A folder of its own: files to sign, PINs, the card, and one folder for what comes out.
class Workplace {
 public:
  Workplace() {
    std::string pattern = (fs::temp_directory_path() / "myna-damage-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no directory");
    root_ = pattern;
    put("raw", "契約書");
    put("form.pdf", empty_pdf());
    put("form.xml", "<form><item>desk</item></form>");
    put("key", "0123456789abcdef");
    put("pins", "auth=1234\nsign=ABC123\ntext=5678\nface-code-a=123456789018\n");
    fs::create_directory(out());
  }
  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;
  ~Workplace() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
  }

  void insert(const CardImage& image) {
    fs::remove_all(card());
    if (!CardDirectory::create(card(), image)) throw std::runtime_error("no card");
    pins_before_ = text_of(card() / "pins.json");
  }
  bool lost_a_try() const { return text_of(card() / "pins.json") != pins_before_; }
  fs::path card() const { return root_ / "card"; }
  fs::path out() const { return root_ / "out"; }
  fs::path trace() const { return root_ / "trace"; }
  bool left_a_file() const { return !fs::is_empty(out()); }
  void clear() {
    fs::remove_all(out());
    fs::create_directory(out());
  }

  std::string word(const std::string& word) const {
    static const std::map<std::string, std::string> kFiles{{"RAW", "raw"}, {"PDF", "form.pdf"}, {"XML", "form.xml"}, {"KEY", "key"}, {"OUT", "out/made"}};
    const auto file = kFiles.find(word);
    return file == kFiles.end() ? word : (root_ / file->second).string();
  }
  std::string pins() const { return (root_ / "pins").string(); }

 private:
  void put(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    fs::permissions(root_ / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  fs::path root_;
  std::string pins_before_;
};

// Another place for a descriptor as long as this lives.
class Redirected {
 public:
  Redirected(int descriptor, const char* path) : descriptor_(descriptor), saved_(::dup(descriptor)) {
    const int to = ::open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(to, descriptor);
    ::close(to);
  }
  Redirected(const Redirected&) = delete;
  Redirected& operator=(const Redirected&) = delete;
  ~Redirected() {
    std::fflush(nullptr);
    ::dup2(saved_, descriptor_);
    ::close(saved_);
  }

 private:
  int descriptor_, saved_;
};

struct Ended {
  int code = -1;
  cli::Json document;
  bool open = false;
};

// A PIN was right, and no other application was selected after that.
bool left_open(const std::string& trace) {
  bool open = false;
  std::istringstream lines(trace);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("00 20 ") && line.find("** ->") != std::string::npos && line.ends_with("9000")) open = true;
    if (line.starts_with("00 A4 04 0C Lc 7 ") && line.ends_with("9000")) open = false;   // the issuer domain
  }
  return open;
}

Ended run(const Workplace& place, const std::vector<std::string>& words) {
  std::vector<std::string> arguments{"myna", "--json", "--trace", "--lang", "en", "--reader", "virtual:" + place.card().string(), "--pin-file", place.pins()};
  for (const std::string& word : words) arguments.push_back(place.word(word));
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::cout.flush();
  Ended ended;
  {
    const Redirected silent(STDOUT_FILENO, "/dev/null"), trace(STDERR_FILENO, place.trace().c_str());
    cli::Invocation invocation;
    const cli::Words language(cli::Language::english);
    const auto parsed = cli::parse_arguments(static_cast<int>(argv.size()), argv.data(), language, invocation);
    cli::Output output(language, true);
    cli::Context context{.invocation = invocation, .output = output, .stop = {}};
    if (const auto* command = std::get_if<cli::Command>(&parsed)) ended.code = static_cast<int>((*command)(context));
    ended.document = output.document();
  }
  ended.open = left_open(text_of(place.trace()));
  return ended;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + ' ';
  return text;
}

bool needs(const CommandRow& command, const DamageCase& damaged) {
  if (damaged.place.file == 0x0008 && damaged.kind != Damage::zeros) return false;   // what says nothing is asked for
  if (!damaged.place.file) return true;                                              // a whole application
  return std::ranges::any_of(command.needs, [&](const Need& need) { return equal(need.aid, damaged.place.aid) && need.file == *damaged.place.file; });
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
  const bool named = ended.code == kGood || ended.code == kBad || ended.document["error"].contains("about");
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

TEST_CASE("damage: every file in every way, every command") {
  const std::size_t application = static_cast<std::size_t>(GENERATE(range(0, 6)));
  if (application >= card_image().applications.size()) return;
  Workplace place;
  for (const DamageCase& damaged : damages_of(card_image().applications[application])) {
    place.insert(damaged.done_to(card_image()));
    for (const CommandRow& command : commands()) check_command(place, command, damaged);
  }
}

TEST_CASE("damage: a whole application missing, every command") {
  Workplace place;
  for (const ImageApplication& application : card_image().applications) {
    const DamageCase damaged{.place = {application.aid, {}}, .kind = Damage::absent, .name = to_hex(application.aid) + " absent"};
    place.insert(damaged.done_to(card_image()));
    for (const CommandRow& command : commands()) check_command(place, command, damaged);
  }
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

TEST_CASE("damage: of a key that is not supported yet the certificate is shown and exported, and nothing is signed") {
  Workplace place;
  place.insert(with_elliptic_certificate(with_elliptic_certificate(card_image(), 0x000A), 0x0001));
  for (const CommandRow& command : commands()) {
    const bool signs = command.words.front() == "sign" && command.words != std::vector<std::string>{"sign", "RAW", "--format", "raw", "--key", "auth", "-o", "OUT"};
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
    if (all || setting.starts_with(std::string(one.name) + '=')) one.set(image.dialect, all ? one.values.back() : std::string_view(setting).substr(one.name.size() + 1));
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

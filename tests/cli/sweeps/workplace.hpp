// SPDX-License-Identifier: Apache-2.0
// The command line in this process: a folder with a virtual card, files to sign and PINs, and what a command left behind.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "cli/parse_arguments.hpp"
#include "myna/virtual/card_directory.hpp"

namespace myna::test {

namespace fs = std::filesystem;

inline std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// One page with nothing on it.
inline std::string empty_pdf() {
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
    put("wrong", "auth=4321\nsign=XYZ789\ntext=8765\nface-code-a=123456789026\n");
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
  // The same card once more, with another fault: its keys stay.
  void play(const std::vector<Fault>& faults) {
    cli::Json document = cli::Json::parse(text_of(card() / "card.json"));
    document["faults"] = cli::Json::array();
    for (const Fault& fault : faults) document["faults"].push_back({{"at", fault.at}, {"kind", to_string(fault.kind)}});
    std::ofstream(card() / "card.json", std::ios::binary) << document.dump();
    std::ofstream(card() / "pins.json", std::ios::binary) << pins_before_;
  }
  // The most tries that one PIN has lost.
  int tries_lost() const {
    const cli::Json before = cli::Json::parse(pins_before_), now = cli::Json::parse(text_of(card() / "pins.json"));
    int most = 0;
    for (const auto& [aid, pins] : before.items()) {
      for (const auto& [file, pin] : pins.items()) {
        most = std::max(most, pin["remaining"].get<int>() - now[aid][file]["remaining"].get<int>());
      }
    }
    return most;
  }
  fs::path card() const { return root_ / "card"; }
  fs::path out() const { return root_ / "out"; }
  fs::path trace() const { return root_ / "trace"; }
  bool left_a_file() const {
    const auto is_file = [](const fs::directory_entry& entry) { return entry.is_regular_file(); };
    return std::any_of(fs::recursive_directory_iterator(out()), {}, is_file);
  }
  void clear() {
    fs::remove_all(out());
    fs::create_directory(out());
  }

  std::string word(const std::string& word) const {
    static const std::map<std::string, std::string> kFiles{
        {"RAW", "raw"}, {"PDF", "form.pdf"}, {"XML", "form.xml"}, {"KEY", "key"}, {"OUT", "out/made"}};
    const auto file = kFiles.find(word);
    return file == kFiles.end() ? word : (root_ / file->second).string();
  }
  std::string pins() const { return (root_ / pins_).string(); }
  void type(bool right) { pins_ = right ? "pins" : "wrong"; }

 private:
  void put(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    fs::permissions(root_ / name, fs::perms::owner_read | fs::perms::owner_write);
  }
  fs::path root_;
  std::string pins_before_, pins_ = "pins";
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
  std::uint32_t apdus = 0, verifies = 0;
};

// A PIN was right, or nobody knows, and after that neither the issuer domain was selected nor, where that is refused, another application,
// nor did the power go.
inline bool left_open(const std::string& trace) {
  bool open = false, refused = false, counted = false;   // the counter was asked: the next VERIFY carries a PIN
  std::istringstream lines(trace);
  for (std::string line; std::getline(lines, line);) {
    const bool is_verify = line.starts_with("00 20 ");
    const bool refused_pin = line.find("-> 6") != std::string::npos;
    if (is_verify && counted && !refused_pin) open = true;
    counted = is_verify && refused_pin;
    if (line == "power off" || line.ends_with("card-removed")) open = false;
    const bool select = line.starts_with("00 A4 04 0C "), issuer = line.starts_with("00 A4 04 0C Lc 7 ");
    if (select && line.ends_with("9000") && (issuer || refused)) open = false;
    refused = issuer && !line.ends_with("9000");
  }
  return open;
}

inline Ended run(const Workplace& place, const std::vector<std::string>& words) {
  std::vector<std::string> arguments{"myna",       "--json",    "--trace", "--lang", "en", "--reader", "virtual:" + place.card().string(),
                                     "--pin-file", place.pins()};
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
    ended.apdus = static_cast<std::uint32_t>(context.statistics.apdus);
    ended.verifies = static_cast<std::uint32_t>(context.statistics.verifies);
  }
  ended.open = ended.verifies > 0 && left_open(text_of(place.trace()));
  return ended;
}

}  // namespace myna::test

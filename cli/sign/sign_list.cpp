// SPDX-License-Identifier: Apache-2.0
// What is about to be signed, shown before the PIN is asked for; how far it is; what became of it.
#include <unistd.h>

#include <algorithm>
#include <array>

#include "cli/terminal/terminal.hpp"
#include "myna/core/hex.hpp"
#include "myna/documents/xml_signature.hpp"
#include "sign_job.hpp"

namespace myna::cli {
namespace {

// In the order of JobState.
constexpr std::array<std::string_view, 3> kJobStates{"not-signed", "failed", "signed"};

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::string line_of(const SignJob& job, const Words& words) {
  const DocumentFacts& facts = job.document->facts();
  std::string line = "  " + joined(job.inputs) + "  " + std::to_string(facts.bytes) + words({" bytes  ", " バイト  "});
  if (facts.pages) line += std::to_string(*facts.pages) + words({" pages  ", " ページ  "});
  return line + to_hex(facts.sha256);
}

// Files that the signature covers beside the input.
std::vector<std::string> referred(const SignJob& job, const Words& words) {
  const auto* referring = dynamic_cast<const ReferringDocument*>(job.document.get());
  std::vector<std::string> lines;
  if (referring == nullptr) return lines;
  for (const NamedFacts& file : referring->files()) {
    lines.push_back("    " + file.name + "  " + std::to_string(file.facts.bytes) + words({" bytes  ", " バイト  "}) +
                    to_hex(file.facts.sha256));
  }
  return lines;
}

Json json_of(const SignJob& job, const Words& words) {
  Json json{{"input", job.inputs.front()}, {"output", job.output_path}, {"state", kJobStates.at(static_cast<std::size_t>(job.state))}};
  if (job.inputs.size() > 1) json["inputs"] = job.inputs;
  if (job.document) {
    const DocumentFacts& facts = job.document->facts();
    json["bytes"] = facts.bytes;
    if (facts.pages) json["pages"] = *facts.pages;
    json["sha256"] = to_hex(facts.sha256);
  }
  if (job.state == JobState::failed) {
    const ErrorText& text = describe(job.error.code);
    json["error"] = {{"code", text.name}, {"message", words(text.message)}};
  }
  return json;
}

}  // namespace

Status show_list(Context& context, const SignJobs& jobs) {
  const Words& words = context.words();
  context.output.note(words({"To be signed (sha256):", "署名するファイル（sha256）:"}));
  std::size_t shown = 0;
  for (const SignJob& job : jobs) {
    if (job.state != JobState::waiting) continue;
    context.output.note(line_of(job, words));
    for (const std::string& line : referred(job, words)) context.output.note(line);
    shown += job.inputs.size();
  }
  if (shown < 2 || context.global().yes || context.has_stored_pin()) return {};
  MYNA_TRY(Terminal terminal, Terminal::open());
  MYNA_TRY(const bool agreed, terminal.confirm(words({"Sign all of them? [y/N] ", "すべてに署名しますか？ [y/N] "}), context.stop));
  return agreed ? Status{} : Status{fail(Errc::cancelled)};
}

void show_progress(const Context& context, const Text& label, std::size_t done, std::size_t all) {
  if (all < 2 || isatty(STDERR_FILENO) == 0) return;
  constexpr std::size_t kWidth = 30;
  std::string bar(done * kWidth / all, '#');
  bar.resize(kWidth, ' ');
  Shown shown = Shown::passing('[' + bar + "] " + std::to_string(done) + '/' + std::to_string(all) + ' ' + context.words()(label));
  if (done == all) shown += Shown::line("");
  (void)show(kStandardError, shown);
}

void report_jobs(Context& context, const SignJobs& jobs) {
  const Words& words = context.words();
  Json& files = context.output.document()["files"] = Json::array();
  for (const SignJob& job : jobs) files.push_back(json_of(job, words));
  if (jobs.size() < 2) return;
  const auto delivered = std::ranges::count(jobs, JobState::delivered, &SignJob::state);
  context.output.note(words({"Signed: ", "署名済み: "}) + std::to_string(delivered) + " / " + std::to_string(jobs.size()));
  for (const SignJob& job : jobs) {
    if (job.state != JobState::delivered) context.output.note(words({"  not signed: ", "  未署名: "}) + joined(job.inputs));
  }
}

}  // namespace myna::cli

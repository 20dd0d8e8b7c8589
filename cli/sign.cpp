// SPDX-License-Identifier: Apache-2.0
// myna sign: hash first, open the outputs, one transaction for all files, then write, check, rename.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <set>

#include "cli/file_stream.hpp"
#include "cli/sign_job.hpp"

namespace myna::cli {
namespace {

std::string ending(const SignOptions& options) {
  if (options.format == "raw") return ".sig";
  return options.detached ? ".p7s" : ".p7m";
}

std::string output_of(const SignOptions& options, const std::string& input) {
  if (options.output_directory.empty()) return options.output;
  return (std::filesystem::path(options.output_directory) / std::filesystem::path(input).filename()).string() + ending(options);
}

// `subject` names the file that an error is about.
Result<SignJob> prepare(const SignOptions& options, const std::string& input, std::string& subject) {
  subject = output_of(options, input);
  MYNA_TRY(auto output, AtomicFile::create(subject, options.force));
  subject = input;
  SignJob job{.input = input, .output = std::move(output), .hash = {}, .bytes = 0, .signature = {}};
  const auto hasher = make_hasher(chosen_digest(options));
  MYNA_CHECK(for_each_piece(input, [&](ByteView piece) {
    hasher->update(piece);
    job.bytes += piece.size();
  }));
  job.hash = hasher->finish();
  return job;
}

// What cannot be right before any file is touched.
std::optional<Text> objection(const SignOptions& options) {
  if (options.output.empty() && options.output_directory.empty()) {
    return Text{"Say where the signature goes: -o OUT or --out-dir DIR.", "出力先を -o または --out-dir で指定してください。"};
  }
  if (options.files.size() > 1 && options.output_directory.empty()) {
    return Text{"Several files need --out-dir.", "複数のファイルには --out-dir が必要です。"};
  }
  if (options.format == "cms" && options.key == "auth") {
    return Text{"The authentication key signs no documents; use --key sign.", "利用者証明用の鍵では文書に署名できません。--key sign を使ってください。"};
  }
  std::set<std::string> outputs;
  for (const std::string& file : options.files) {
    if (!outputs.insert(output_of(options, file)).second) {
      return Text{"Two of the files have the same name.", "同じ名前のファイルがあります。"};
    }
  }
  return std::nullopt;
}

Exit worse(Exit a, Exit b) { return std::max(a, b); }

// Files that can be signed; the others are reported and leave their exit code.
SignJobs prepare_all(Context& context, Exit& exit) {
  SignJobs jobs;
  for (const std::string& file : context.invocation.sign.files) {
    std::string subject;
    auto job = prepare(context.invocation.sign, file, subject);
    if (job) jobs.push_back(*std::move(job));
    else exit = worse(exit, context.output.error(job.error(), subject));
  }
  return jobs;
}

Status deliver_raw(SignJob& job) {
  MYNA_CHECK(job.output.write(job.signature));
  return job.output.commit();
}

// Only on a terminal, and only where there is something to wait for.
void show_progress(std::size_t done, std::size_t all) {
  if (all < 2 || isatty(STDERR_FILENO) == 0) return;
  constexpr std::size_t kWidth = 30;
  const std::string bar(done * kWidth / all, '#');
  std::fprintf(stderr, "\r[%-30s] %zu/%zu%s", bar.c_str(), done, all, done == all ? "\n" : "");
}

template <typename Deliver>
Exit deliver_all(Context& context, SignJobs& jobs, Exit exit, Deliver deliver) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const Status delivered = deliver(jobs[i]);
    if (!delivered) exit = worse(exit, context.output.error(delivered.error(), jobs[i].output.path()));
    else context.output.document()["files"].push_back({{"input", jobs[i].input}, {"output", jobs[i].output.path()}});
    show_progress(i + 1, jobs.size());
  }
  return exit;
}

Exit run_raw(Context& context, SignJobs& jobs, Exit exit) {
  const Status done = sign_raw(context, jobs);
  if (!done) return worse(exit, context.output.error(done.error()));
  return deliver_all(context, jobs, exit, deliver_raw);
}

Exit run_cms(Context& context, SignJobs& jobs, Exit exit) {
  const auto certificates = sign_cms(context, jobs);
  if (!certificates) return worse(exit, context.output.error(certificates.error()));
  return deliver_all(context, jobs, exit,
                     [&](SignJob& job) { return deliver_cms(context.invocation.sign, *certificates, job); });
}

}  // namespace

Digest chosen_digest(const SignOptions& options) { return *digest_by_name(options.digest); }

Exit run_sign(Context& context) {
  if (const auto text = objection(context.invocation.sign)) return context.output.usage(*text);
  context.output.document()["files"] = Json::array();
  Exit exit = Exit::good;
  SignJobs jobs = prepare_all(context, exit);
  if (jobs.empty()) return exit;
  if (const Status consent = show_list(context, jobs); !consent) return context.output.error(consent.error());
  return context.invocation.sign.format == "raw" ? run_raw(context, jobs, exit) : run_cms(context, jobs, exit);
}

}  // namespace myna::cli

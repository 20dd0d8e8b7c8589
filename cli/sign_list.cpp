// SPDX-License-Identifier: Apache-2.0
// What is about to be signed, shown before the PIN is asked for.
#include "cli/sign_job.hpp"
#include "cli/terminal.hpp"
#include "myna/hex.hpp"

namespace myna::cli {

Status show_list(Context& context, const SignJobs& jobs) {
  const Words& words = context.words();
  const SignOptions& options = context.invocation.sign;
  context.output.note(words({"To be signed (", "署名するファイル（"}) + options.digest + words({"):", "）:"}));
  for (const SignJob& job : jobs) {
    context.output.note("  " + job.input + "  " + std::to_string(job.bytes) + words({" bytes  ", " バイト  "}) + to_hex(job.hash));
  }
  if (jobs.size() < 2 || context.global().yes || context.has_stored_pin()) return {};
  MYNA_TRY(Terminal terminal, Terminal::open());
  MYNA_TRY(const bool agreed, terminal.confirm(words({"Sign all of them? [y/N] ", "すべてに署名しますか？ [y/N] "}), context.stop));
  return agreed ? Status{} : Status{fail(Errc::cancelled)};
}

}  // namespace myna::cli

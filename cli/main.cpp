// SPDX-License-Identifier: Apache-2.0
// The `myna` command.
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdio>
#include <exception>

#include "cli/config.hpp"
#include "cli/interruption.hpp"
#include "cli/parse_arguments.hpp"

namespace {

using namespace myna;
using namespace myna::cli;

// PINs and personal data pass through this process: no core dump, no debugger of another program of the same user. The
// leak checker is such a debugger.
void forbid_core_dumps() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
  prctl(PR_SET_DUMPABLE, 0);
#endif
}

bool wants_json(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--json") return true;
  }
  return false;
}

Exit end_early(const EarlyEnd& end, Output& output) {
  if (end.exit != Exit::good) {
    output.usage({end.text, end.text});
    return output.finish() ? end.exit : Exit::system;
  }
  return std::fputs(end.text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0 ? Exit::good : Exit::system;
}

Exit run(Command command, Context& context) {
  const std::optional<Exit> refused = refuse_locked(context);
  const Exit exit = refused ? *refused : command(context);
  if (context.global().stats) context.output.statistics(context.statistics);
  if (context.output.finish()) return exit;
  std::fputs("myna: standard output cannot be written\n", stderr);
  return Exit::system;
}

Exit guarded_main(int argc, char** argv) {
  const Words words(choose_language(argc, argv));
  Invocation invocation;
  const auto parsed = parse_arguments(argc, argv, words, invocation);
  Output output(words, wants_json(argc, argv));
  if (const auto* end = std::get_if<EarlyEnd>(&parsed)) return end_early(*end, output);
  const Interruption interruption;
  Context context{.invocation = invocation, .output = output, .stop = interruption.token()};
  return run(std::get<Command>(parsed), context);
}

}  // namespace

int main(int argc, char** argv) {
  forbid_core_dumps();
  try {
    return static_cast<int>(guarded_main(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "myna: internal error: %s\n", error.what());
    return static_cast<int>(Exit::system);
  }
}

// SPDX-License-Identifier: Apache-2.0
// The `myna` command.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <exception>

#include "cli/commands/config.hpp"
#include "cli/terminal/interruption.hpp"
#include "parse_arguments.hpp"

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

// A descriptor that is closed would be given to the next file that is opened, and messages would end in a signature. What takes its place
// can neither be read nor written, so that a closed output is still an error.
void fill_standard_descriptors() {
  for (int fd = STDIN_FILENO; fd <= kStandardError; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    if (::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd) std::abort();
  }
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
  return show(kStandardOutput, Shown::page(end.text)) ? Exit::good : Exit::system;
}

Exit run(Command command, Context& context) {
  const std::optional<Exit> refused = refuse_locked(context);
  const Exit exit = refused ? *refused : command(context);
  if (context.global().stats) context.output.statistics(context.statistics);
  if (context.output.finish()) return exit;
  (void)show(kStandardError, Shown::line("myna: standard output cannot be written"));
  return Exit::system;
}

Exit guarded_main(int argc, char** argv) {
  const Words words(choose_language(argc, argv));
  Invocation invocation;
  const auto parsed = parse_arguments(argc, argv, words, invocation);
  Output output(words, wants_json(argc, argv));
  if (const auto* end = std::get_if<EarlyEnd>(&parsed)) return end_early(*end, output);
  const Interruption interruption;
  Context context{.invocation = invocation, .output = output, .stop = Interruption::token()};
  return run(std::get<Command>(parsed), context);
}

}  // namespace

int main(int argc, char** argv) {
  forbid_core_dumps();
  fill_standard_descriptors();
  try {
    return static_cast<int>(guarded_main(argc, argv));
  } catch (const std::exception& error) {
    (void)show(kStandardError, Shown::line(std::string("myna: internal error: ") + error.what()));
    return static_cast<int>(Exit::system);
  }
}

// SPDX-License-Identifier: Apache-2.0
// What every command gets: what was asked, where to answer, and how to know that it should stop.
#pragma once

#include <stop_token>

#include "cli/terminal/output.hpp"
#include "myna/card/pin.hpp"
#include "options.hpp"
#include "myna/use_cases/card_policy.hpp"

namespace myna::cli {

struct Context {
  const Invocation& invocation;
  Output& output;
  std::stop_token stop;
  ApduStatistics statistics{};

  const GlobalOptions& global() const { return invocation.global; }
  const Words& words() const { return output.words(); }
  TryPolicy try_policy() const;
  CardPolicy card_policy() const { return {.tries = try_policy()}; }
  bool has_stored_pin() const { return global().pin_fd >= 0 || !global().pin_file.empty(); }
};

using Command = Exit (*)(Context&);

// The commands, one file each.
Exit run_readers(Context& context);
Exit run_status(Context& context);
Exit run_attributes(Context& context);
Exit run_face(Context& context);
Exit run_card_show(Context& context);
Exit run_check_card(Context& context);
Exit run_link(Context& context);
Exit run_config_show(Context& context);
Exit run_config_check(Context& context);
Exit run_number(Context& context);   // with MYNA_WITH_NUMBER only
Exit run_pin_status(Context& context);
Exit run_pin_verify(Context& context);
Exit run_pin_change(Context& context);
Exit run_serial(Context& context);
Exit run_cert_show(Context& context);
Exit run_cert_export(Context& context);
Exit run_sign(Context& context);
Exit run_verify(Context& context);
Exit run_virtual_create(Context& context);
Exit run_virtual_serve(Context& context);
Exit run_virtual_info(Context& context);
Exit run_virtual_reset(Context& context);
Exit run_virtual_tamper(Context& context);

}  // namespace myna::cli

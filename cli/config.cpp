// SPDX-License-Identifier: Apache-2.0
// myna config show
#include <algorithm>

#include "cli/context.hpp"
#include "myna/module_config.hpp"

namespace myna::cli {

Exit run_config_show(Context& context) {
  const p11::FileConfig files = p11::config_from_files({});
  Output& output = context.output;
  output.line("[pkcs11]");
  for (const auto& [name, value] : p11::settings_of(files.config)) {
    const bool locked = std::ranges::find(files.locked, name) != files.locked.end();
    output.document()["pkcs11"][std::string(name)] = {{"value", value}, {"locked", locked}};
    output.line(std::string(name) + " = \"" + value + '"' + (locked ? output.words()({"   # locked by the system", "   # システムにより固定"}) : ""));
  }
  return Exit::good;
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// myna virtual tamper
#include "cli/virtual_paths.hpp"
#include "cli/context.hpp"
#include "myna/card_directory.hpp"
#include "myna/tamper.hpp"

namespace myna::cli {
namespace {

Status forge(const Context& context, const std::filesystem::path& path) {
  const VirtualOptions& options = context.invocation.virtual_card;
  const auto what = tampering_by_name(options.tampering);
  if (!what) return fail(Errc::invalid_argument);
  const auto deadline = std::chrono::milliseconds(static_cast<long>(context.global().timeout.value_or(2.0) * 1000));
  MYNA_TRY(const auto directory, CardDirectory::open(path, deadline));
  MYNA_TRY(CardImage image, directory.load());
  MYNA_CHECK(tamper(image, *what));
  return directory.save_contents(image);
}

}  // namespace

Exit run_virtual_tamper(Context& context) {
  const auto path = virtual_directory(context.invocation.virtual_card.directory);
  const Status forged = forge(context, path);
  if (!forged) return context.output.error(forged.error(), path.string());
  context.output.document()["tampered"] = context.invocation.virtual_card.tampering;
  context.output.field({"Tampered with", "改ざんした項目"}, context.invocation.virtual_card.tampering);
  return Exit::good;
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// myna virtual tamper
#include "cli/card/virtual_paths.hpp"
#include "cli/context.hpp"
#include "myna/core/hex.hpp"
#include "myna/personalise/tamper.hpp"
#include "myna/virtual/card_directory.hpp"

namespace myna::cli {
namespace {

Result<Tag> tag_by_name(std::string_view name) {
  MYNA_TRY(const Bytes bytes, from_hex(name));
  if (bytes.empty() || bytes.size() > 2) return fail(Errc::invalid_argument);
  return bytes.size() == 1 ? Tag{bytes[0]} : Tag{bytes[0]} << 8 | bytes[1];
}

// What names a place on the card: a damage, or an object out of order.
Status damage_place(CardImage& image, const VirtualOptions& options) {
  MYNA_TRY(const Place place, place_by_name(options.place));
  if (const auto how = disorder_by_name(options.tampering)) {
    MYNA_TRY(const Tag tag, tag_by_name(options.how));
    return disorder(image, place, tag, *how);
  }
  const auto kind = damage_by_name(options.how);
  return kind ? damage(image, place, *kind) : Status{fail(Errc::invalid_argument)};
}

Status forge(const Context& context, const std::filesystem::path& path) {
  const VirtualOptions& options = context.invocation.virtual_card;
  const auto deadline = std::chrono::milliseconds(static_cast<long>(context.global().timeout.value_or(2.0) * 1000));
  MYNA_TRY(const auto directory, CardDirectory::open(path, deadline));
  MYNA_TRY(CardImage image, directory.load());
  const auto what = tampering_by_name(options.tampering);
  MYNA_CHECK(what ? tamper(image, *what) : damage_place(image, options));
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

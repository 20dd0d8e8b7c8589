// SPDX-License-Identifier: Apache-2.0
// The formats of `myna sign`, a row each. A new one is a row here and a file beside it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/terminal/language.hpp"
#include "cli/verify/verify_format.hpp"
#include "myna/documents/document.hpp"

namespace myna::cli {

// Options that not every format takes.
using OptionGroups = unsigned;
inline constexpr OptionGroups kTakesDetached = 1, kTakesDigest = 2, kTakesCheck = 4, kTakesTsa = 8, kTakesPdf = 16, kTakesXml = 32,
                              kTakesJws = 64, kTakesAuthKey = 128;

// One output to be made: one file, or every file where the format gathers them.
struct SignInput {
  std::vector<std::string> paths;
  const SignOptions& options;
  TimeStamper* stamper = nullptr;   // none without --tsa
};

struct SignFormat {
  std::string_view name;
  std::string_view ending;            // of an output in --out-dir, appended to the name of the input
  std::string_view detached_ending;
  std::span<const std::string_view> profiles{};   // the first one is the default
  OptionGroups takes = 0;
  bool gathers = false;               // all files go into one output
  bool needs_certificates = true;     // raw does not, unless --check
  // Reads and hashes; the card is not held yet.
  Result<std::unique_ptr<Document>> (*open)(const SignInput& input) = nullptr;
  // Verifies what was written; none where finish() has done all that can be done.
  VerifyFunction verify = nullptr;
};

std::span<const SignFormat> sign_formats();
const SignFormat& sign_format(std::string_view name);   // one of the names

Digest chosen_digest(const SignOptions& options);
std::string chosen_profile(const SignFormat& format, const SignOptions& options);

// Time stamps as the options ask for them: from the authority, or by files that somebody carries; nothing when none are wanted. Errors:
// those of reading password and roots.
Result<std::unique_ptr<TimeStamper>> make_time_stamper(const Context& context);

// What does not go together, before any file is touched: also options that the format does not take.
std::optional<std::string> sign_objection(const SignFormat& format, const SignOptions& options, const Words& words);

// The rows' functions, a file each.
Result<std::unique_ptr<Document>> open_raw_file(const SignInput& input);
Result<std::unique_ptr<Document>> open_cms_file(const SignInput& input);
Result<std::unique_ptr<Document>> open_pdf_file(const SignInput& input);
Result<std::unique_ptr<Document>> open_xml_file(const SignInput& input);
Result<std::unique_ptr<Document>> open_asic_files(const SignInput& input);
Result<std::unique_ptr<Document>> open_jws_file(const SignInput& input);

}  // namespace myna::cli

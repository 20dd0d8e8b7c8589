// SPDX-License-Identifier: Apache-2.0
// The formats of `myna verify`, a row each, in the order in which a file is tried.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myna/documents/report.hpp"

namespace myna::cli {

struct VerifyInput {
  std::string path;
  std::vector<std::string> contents;   // of a detached signature
  std::vector<std::string> folders{};  // where files that the signature names may lie besides
  std::string profile;                 // empty: none
  VerifyOptions options;
};

struct Verification {
  std::vector<SignerReport> reports;   // none: not signed, which is never good
  std::optional<Text> objection;       // the command was used in the wrong way for this file
};

// Errors: malformed when the file is no signature of this format, or damaged; storage_failed.
using VerifyFunction = Result<Verification> (*)(const VerifyInput& input);

struct VerifyFormat {
  std::string_view name;
  // By the first bytes (as many as there are, at most 4096) and the name.
  bool (*recognise)(ByteView start, std::string_view path);
  VerifyFunction verify;
  Text damaged;                        // what is said of a file that is none
};

std::span<const VerifyFormat> verify_formats();

// The rows' functions, a file each.
Result<Verification> verify_cms_file(const VerifyInput& input);
bool looks_like_cms(ByteView start, std::string_view path);
Result<Verification> verify_pdf_file(const VerifyInput& input);
bool looks_like_pdf(ByteView start, std::string_view path);
Result<Verification> verify_xml_file(const VerifyInput& input);
bool looks_like_xml(ByteView start, std::string_view path);
Result<Verification> verify_asic_file(const VerifyInput& input);
bool looks_like_asic(ByteView start, std::string_view path);
Result<Verification> verify_jws_file(const VerifyInput& input);
bool looks_like_jws(ByteView start, std::string_view path);

// For formats that hold their content or not: what to say when it was given and is not needed, or the other way round.
std::optional<Text> content_objection(bool attached, const VerifyInput& input);

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// Takes a JWS apart. Two parsers that understand one text differently are how such signatures are forged, so anything unusual is refused.
#include <algorithm>
#include <array>

#include "jws_json.hpp"
#include "myna/core/base64.hpp"
#include "myna/documents/jws.hpp"

namespace myna {

namespace {

std::string lower_case(std::string name) {
  std::ranges::transform(name, name.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

// What decides how the rest is understood. Some parsers take "Payload" for "payload".
bool is_misspelt(const std::string& name) {
  constexpr std::array<std::string_view, 9> kKnown{"payload", "protected", "header", "signature", "signatures",
                                                   "alg",     "crit",      "b64",    "x5c"};
  return std::ranges::find(kKnown, name) == kKnown.end() && std::ranges::find(kKnown, lower_case(name)) != kKnown.end();
}

}  // namespace

std::optional<Json> parse_strict(std::string_view text) {
  constexpr int kMaxLevels = 12;
  // The parser takes NUL for the end of the text, and leaves a byte order mark out.
  if (text.find('\0') != std::string_view::npos || text.starts_with("\xEF\xBB\xBF")) return std::nullopt;
  std::vector<std::set<std::string>> names;
  bool strict = true;
  const auto watch = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kMaxLevels) strict = false;
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end && !names.empty()) names.pop_back();
    if (event == Json::parse_event_t::key && !names.empty()) {
      const auto name = parsed.get<std::string>();
      strict = strict && !is_misspelt(name) && names.back().insert(lower_case(name)).second;
    }
    return strict;
  };
  Json json = Json::parse(text.begin(), text.end(), watch, false);
  return strict && json.is_object() ? std::optional(std::move(json)) : std::nullopt;
}

namespace {

constexpr std::size_t kMaxSignatures = 16;

// A line end behind it, and blanks around the JSON form, belong to the file.
std::string_view trimmed(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{' ? text.substr(first) : text;
}

std::string text_member(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Result<Jws::Signature> signature_of(std::string_view header, std::string_view value) {
  const auto json = from_base64url(header);
  const auto bytes = from_base64url(value);
  if (!json || !bytes || json->empty()) return fail(Errc::malformed);
  return Jws::Signature{.header = std::string(header), .protected_json = std::string(as_text(*json)), .unprotected_json = {},
                        .value = *bytes};
}

Result<Jws::Signature> signature_of(const Json& object) {
  const auto header = object.find("header");
  if (!object.is_object() || (header != object.end() && !header->is_object())) return fail(Errc::malformed);
  MYNA_TRY(Jws::Signature signature, signature_of(text_member(object, "protected"), text_member(object, "signature")));
  if (header != object.end()) signature.unprotected_json = header->dump();
  return signature;
}

Result<std::vector<Jws::Signature>> signatures_of(const Json& document) {
  std::vector<Jws::Signature> signatures;
  const auto several = document.find("signatures");
  if (several == document.end()) {
    MYNA_TRY(Jws::Signature only, signature_of(document));
    signatures.push_back(std::move(only));
    return signatures;
  }
  const bool mixed = document.contains("signature") || document.contains("protected") || document.contains("header");
  if (mixed || !several->is_array() || several->empty() || several->size() > kMaxSignatures) return fail(Errc::malformed);
  for (const Json& part : *several) {
    MYNA_TRY(Jws::Signature signature, signature_of(part));
    signatures.push_back(std::move(signature));
  }
  return signatures;
}

}  // namespace

Result<Jws> Jws::read(const DocumentInput& input) {
  constexpr std::size_t kMaxFile = 2 * kMaxJwsContent;
  MYNA_TRY(const Bytes bytes, read_all(input, kMaxFile));
  const std::string_view text = trimmed(as_text(bytes));
  Jws jws;
  if (text.starts_with('{')) {
    const auto document = parse_strict(text);
    if (!document || (document->contains("payload") && !document->at("payload").is_string())) return fail(Errc::malformed);
    jws.payload_ = text_member(*document, "payload");
    MYNA_TRY(jws.signatures_, signatures_of(*document));
  } else {
    const auto first = text.find('.');
    const auto second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos) return fail(Errc::malformed);
    jws.payload_ = text.substr(first + 1, second - first - 1);
    MYNA_TRY(Signature only, signature_of(text.substr(0, first), text.substr(second + 1)));
    jws.signatures_.push_back(std::move(only));
  }
  if (!from_base64url(jws.payload_)) return fail(Errc::malformed);
  return jws;
}

}  // namespace myna

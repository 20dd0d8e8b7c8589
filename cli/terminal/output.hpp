// SPDX-License-Identifier: Apache-2.0
// What a command says: lines for people, or one JSON document; errors with what happened, why and what to do next.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "cli/exit_code.hpp"
#include "language.hpp"
#include "myna/core/secret.hpp"
#include "myna/ports/observed_channel.hpp"
#include "screen.hpp"

namespace myna::cli {

using Json = nlohmann::ordered_json;

// What a person is shown; the copy is not wiped.
inline std::string string_of(const SecretBytes& bytes) { return std::string(as_text(bytes.view())); }

class Output {
 public:
  Output(Words words, bool json) : words_(words), json_(json) {}

  bool json() const { return json_; }
  const Words& words() const { return words_; }

  // The document of this run; printed by finish() in JSON mode only.
  Json& document() { return document_; }

  // Lines on standard output, not in JSON mode.
  void line(const std::string& text);
  void picture(const PictureSequence& picture);
  void field(const Text& label, const std::string& value);
  // A remark on standard error, not in JSON mode.
  void note(const std::string& text);

  // An error of the table, about `subject` (a file, a reader) when that helps.
  Exit error(const Error& error, const std::string& subject = {});
  // An error in the use of the program that has no Errc of its own.
  Exit usage(const Text& message);
  // An error that is none of card or reader and has no Errc: `code` is its stable name.
  Exit refusal(std::string_view code, Exit exit, const Text& message, const Text& advice);

  // The one value that is never held as text: written at once and in pieces, as a line or as the first member of the JSON document.
  Status secret_field(std::string_view name, ByteView value);

  void statistics(const ApduStatistics& statistics);
  // Errc::storage_failed when standard output cannot take it.
  Status finish();

 private:
  void report(std::string_view code, Exit exit, const std::string& message, const std::string& advice, const Error& error);
  Shown shown_;
  bool begun_ = false;   // the JSON document has its first member already
  Words words_;
  bool json_;
  Json document_ = Json::object();
};

}  // namespace myna::cli

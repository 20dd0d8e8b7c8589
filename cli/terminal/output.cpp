// SPDX-License-Identifier: Apache-2.0
#include "output.hpp"

#include <cstring>

namespace myna::cli {
namespace {

// That a remark cannot be shown changes nothing; that its reader is gone stops the program (write_all).
void to_stderr(const std::string& text) { (void)show(kStandardError, Shown::line(text)); }

// The message of the table, with what it is about and how many tries are left.
std::string message_of(const Error& error, const std::string& subject, const Words& words) {
  std::string message = words(describe(error.code).message);
  if (!subject.empty()) message = subject + ": " + message;
  if (error.about != nullptr) message = std::string(words(*error.about)) + ": " + message;
  if (error.code == Errc::storage_failed && error.native != 0) message += std::string(" (") + std::strerror(error.native) + ')';
  if (error.code == Errc::unexpected_status) message += " (SW " + std::to_string(error.sw.value()) + ')';
  if (error.tries_left) message += words({" Tries left: ", " 残り回数: "}) + std::to_string(*error.tries_left);
  return message;
}

}  // namespace

void Output::line(const std::string& text) {
  if (!json_) shown_ += Shown::line(text);
}

void Output::picture(const PictureSequence& picture) {
  if (!json_) shown_ += Shown::picture(picture);
}

void Output::field(const Text& label, const std::string& value) { line(words_(label) + ": " + value); }

void Output::note(const std::string& text) {
  if (!json_) to_stderr(text);
}

void Output::report(std::string_view code, Exit exit, const std::string& message, const std::string& advice,
                    const Error& error) {
  if (!json_) {
    to_stderr("myna: " + message);
    if (!advice.empty()) to_stderr("      " + advice);
    return;
  }
  Json& json = document_["error"];
  json = {{"code", code}, {"exit", static_cast<int>(exit)}, {"message", message}, {"advice", advice}};
  if (error.tries_left) json["tries_left"] = *error.tries_left;
  if (error.about != nullptr) json["about"] = words_(*error.about);
}

Exit Output::error(const Error& error, const std::string& subject) {
  const ErrorText& text = describe(error.code);
  const Exit exit = exit_code(error);
  report(text.name, exit, message_of(error, subject, words_), words_(text.advice), error);
  return exit;
}

Exit Output::usage(const Text& message) {
  report("usage", Exit::usage, words_(message), words_({"See: myna --help", "「myna --help」を参照してください。"}), {});
  return Exit::usage;
}

Exit Output::refusal(std::string_view code, Exit exit, const Text& message, const Text& advice) {
  report(code, exit, words_(message), words_(advice), {});
  return exit;
}

void Output::statistics(const ApduStatistics& s) {
  if (json_) {
    document_["stats"] = {{"apdus", s.apdus}, {"bytes_sent", s.bytes_sent}, {"bytes_received", s.bytes_received},
                          {"verifies", s.verifies}, {"transactions", s.transactions}};
    return;
  }
  to_stderr("apdus " + std::to_string(s.apdus) + ", bytes sent " + std::to_string(s.bytes_sent) + ", bytes received " +
            std::to_string(s.bytes_received) + ", verifies " + std::to_string(s.verifies) + ", transactions " +
            std::to_string(s.transactions));
}

// Not through a text, which nobody wipes.
Status Output::secret_field(std::string_view name, ByteView value) {
  if (json_) MYNA_CHECK(show(kStandardOutput, Shown::page("{\n  \"" + std::string(name) + "\": \"")));
  begun_ = json_;
  MYNA_CHECK(show_secret(kStandardOutput, value));
  return show(kStandardOutput, Shown::page(json_ ? "\"" : "\n"));
}

Status Output::finish() {
  if (!json_) return show(kStandardOutput, shown_);
  std::string text = document_.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
  if (begun_) text = document_.empty() ? "\n}\n" : "," + text.substr(1);
  return show(kStandardOutput, Shown::json(text));
}

}  // namespace myna::cli

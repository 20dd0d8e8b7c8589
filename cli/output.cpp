// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace myna::cli {
namespace {

void to_stderr(const std::string& text) { std::fputs((text + '\n').c_str(), stderr); }

// The message of the table, with what it is about and how many tries are left.
std::string message_of(const Error& error, const std::string& subject, const Words& words) {
  std::string message = words(describe(error.code).message);
  if (!subject.empty()) message = subject + ": " + message;
  if (error.code == Errc::storage_failed && error.native != 0) message += std::string(" (") + std::strerror(error.native) + ')';
  if (error.code == Errc::unexpected_status) message += " (SW " + std::to_string(error.sw.value()) + ')';
  if (error.tries_left) message += words({" Tries left: ", " 残り回数: "}) + std::to_string(*error.tries_left);
  return message;
}

}  // namespace

void Output::line(const std::string& text) {
  if (!json_) text_ += text + '\n';
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
}

Exit Output::error(const Error& error, const std::string& subject) {
  const ErrorText& text = describe(error.code);
  const Exit exit = exit_code(error.code);
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

// Past the buffers of stdio, which nobody wipes.
Status Output::secret_field(std::string_view name, ByteView value) {
  const std::string before = json_ ? "{\n  \"" + std::string(name) + "\": \"" : std::string{};
  const std::string_view after = json_ ? "\"" : "\n";
  begun_ = json_;
  for (const ByteView part : {as_bytes(before), value, as_bytes(after)}) {
    if (::write(STDOUT_FILENO, part.data(), part.size()) != static_cast<ssize_t>(part.size())) return fail_native(Errc::storage_failed, errno);
  }
  return {};
}

Status Output::finish() {
  if (json_) text_ = document_.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
  if (begun_) text_ = document_.empty() ? "\n}\n" : "," + text_.substr(1);
  const bool written = std::fwrite(text_.data(), 1, text_.size(), stdout) == text_.size() && std::fflush(stdout) == 0;
  return written ? Status{} : Status{fail_native(Errc::storage_failed, errno)};
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// The terminal of the person, whatever standard input and output are.
#pragma once

#include <stop_token>
#include <string>

#include "myna/core/result.hpp"
#include "myna/core/secret.hpp"

namespace myna::cli {

class Terminal {
 public:
  // Errc::pin_unavailable when there is none.
  static Result<Terminal> open();
  Terminal(Terminal&& other) noexcept;
  Terminal& operator=(Terminal&&) = delete;
  ~Terminal();

  // One line.
  void say(const std::string& text);
  // One line without echo, without its end. Errors: pin_unavailable at end of input, cancelled when stop was requested;
  // the echo comes back in every case.
  Result<SecretBytes> read_secret(const std::string& prompt, const std::stop_token& stop);

  // True when the line that was typed begins with y. Errors as above.
  Result<bool> confirm(const std::string& question, const std::stop_token& stop);

 private:
  Result<SecretBytes> read(const std::string& prompt, const std::stop_token& stop, bool echo);
  explicit Terminal(int fd) noexcept : fd_(fd) {}
  int fd_;
};

}  // namespace myna::cli

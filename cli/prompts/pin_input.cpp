// SPDX-License-Identifier: Apache-2.0
#include "pin_input.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "cli/terminal/terminal.hpp"
#include "cli/terminal/waiting.hpp"

namespace myna::cli {
namespace {

constexpr Text kUpperCased{"Letters are taken as capitals.", "英字は大文字として扱います。"};

Result<SecretBytes> read_all(int fd) {
  SecretBytes text;
  std::array<Byte, 512> part{};
  Status outcome;
  while (text.size() <= kMaxPinText) {
    const auto count = read_some(fd, part);
    if (!count) {
      outcome = count.error().code == Errc::cancelled ? fail(Errc::cancelled) : fail_native(Errc::pin_unavailable, count.error().native);
    }
    if (!count || *count == 0) break;
    text.append(ByteView(part).first(*count));
  }
  wipe(part.data(), part.size());
  if (!outcome) return Unexpected(outcome.error());
  return text;
}

// Checked on the open descriptor, so nothing can be exchanged between the check and the reading.
bool is_safe(int fd) {
  struct stat info{};
  return ::fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == ::geteuid() && (info.st_mode & 0177) == 0;
}

Result<int> open_pin_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return fail_native(errno == ELOOP ? Errc::pin_file_unsafe : Errc::pin_unavailable, errno);
  if (is_safe(fd)) return fd;
  ::close(fd);
  return fail(Errc::pin_file_unsafe);
}

std::string tries_text(const PinStatus& status, const Words& words) {
  if (!status.remaining()) return words({"tries left unknown", "残り回数不明"});
  const std::string left = std::to_string(*status.remaining()), all = std::to_string(status.maximum());
  return words({"tries left: ", "残り回数: "}) + left + words({" of ", " / "}) + all;
}

}  // namespace

Result<PinLines> read_stored_pins(const GlobalOptions& options) {
  if (!options.pin_file.empty()) {
    MYNA_TRY(SecretBytes text, read_secret_file(options.pin_file));
    return PinLines::parse(std::move(text));
  }
  auto text = read_all(options.pin_fd);
  ::close(options.pin_fd);
  if (!text) return Unexpected(text.error());
  return PinLines::parse(*std::move(text));
}

Result<SecretBytes> read_secret_file(const std::string& path) {
  MYNA_TRY(const int fd, open_pin_file(path));
  auto content = read_all(fd);
  ::close(fd);
  return content;
}

Result<SecretBytes> ask_pin(Context& context, const PinRow& row, const PinStatus& status) {
  MYNA_TRY(Terminal terminal, Terminal::open());
  const Words& words = context.words();
  terminal.say(words(row.title) + " (" + tries_text(status, words) + ")");
  if (row.alphabet == Alphabet::upper_alphanumeric) terminal.say(words(kUpperCased));
  return terminal.read_secret(words({"PIN: ", "暗証番号: "}), context.stop);
}

Result<SecretBytes> obtain_pin_text(Context& context, OpenCard& card, PinKind kind, Precondition precondition) {
  const PinRow& row = pin_row(my_number_profile(), kind);
  if (context.has_stored_pin()) {
    MYNA_TRY(const PinLines lines, read_stored_pins(context.global()));
    MYNA_TRY(const std::string_view text, lines.value(row.name, true));
    return SecretBytes(as_bytes(text));
  }
  MYNA_TRY(const PinStatus status, may_ask_for_pin(card.card, kind, precondition, context.try_policy()));
  return ask_pin(context, row, status);
}

Result<Pin> obtain_pin(Context& context, OpenCard& card, PinKind kind, Precondition precondition) {
  MYNA_TRY(const SecretBytes text, obtain_pin_text(context, card, kind, precondition));
  return Pin::parse(pin_row(my_number_profile(), kind), as_text(text.view()));
}

Result<Pin> obtain_one_of(Context& context, OpenCard& card, std::span<const PinKind> kinds, std::string_view wanted) {
  const auto row_of = [](PinKind kind) -> const PinRow& { return pin_row(my_number_profile(), kind); };
  PinKind chosen = kinds.front();
  for (const PinKind kind : kinds) {
    if (row_of(kind).name == wanted) chosen = kind;
  }
  if (!context.has_stored_pin()) return obtain_pin(context, card, chosen);
  MYNA_TRY(const PinLines lines, read_stored_pins(context.global()));
  for (const PinKind kind : kinds) {
    const auto text = lines.value(row_of(kind).name, false);
    if (text && (wanted.empty() || kind == chosen)) return Pin::parse(row_of(kind), *text);
  }
  MYNA_TRY(const std::string_view text, lines.value(row_of(chosen).name, true));
  return Pin::parse(row_of(chosen), text);
}

Result<std::vector<Pin>> stored_pins(const Context& context, std::span<const PinKind> kinds) {
  std::vector<Pin> pins;
  if (!context.has_stored_pin()) return pins;
  MYNA_TRY(const PinLines lines, read_stored_pins(context.global()));
  for (const PinKind kind : kinds) {
    const PinRow& row = pin_row(my_number_profile(), kind);
    const auto text = lines.value(row.name, false);
    if (!text) continue;
    MYNA_TRY(Pin pin, Pin::parse(row, *text));
    pins.push_back(std::move(pin));
  }
  return pins;
}

}  // namespace myna::cli

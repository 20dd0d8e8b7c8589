// SPDX-License-Identifier: Apache-2.0
#include "elementary_file.hpp"

#include <algorithm>
#include <array>

#include "myna/tlv.hpp"

namespace myna {
namespace {

constexpr Byte kUnderCurrentDf = 0x02;
constexpr Byte kNoAnswerData = 0x0C;
constexpr std::size_t kMaxOffset = 0x7FFF;   // 15 bits (CARD.md 1.7)

constexpr std::array kShortFormRefusals{sw::kWrongParameters, sw::kFileNotFound, sw::kDataObjectNotFound,
                                        sw::kWrongOffset,     sw::kWrongFileKind, sw::kNoCurrentFile,
                                        StatusWord{0x6A81}};

// A TLV object starts with a tag; a file that was never written is 00 or FF throughout (CARD.md 2.1.1: "empty").
bool is_unwritten(ByteView bytes) {
  return std::ranges::all_of(bytes, [](Byte b) { return b == 0x00; }) ||
         std::ranges::all_of(bytes, [](Byte b) { return b == 0xFF; });
}

Result<SecretBytes> data_of(ResponseApdu answer) {
  if (answer.ok()) return std::move(answer).take();
  if (answer.sw() == sw::kFileNotFound) return fail(Errc::file_absent, answer.sw());
  if (answer.sw() == sw::kSecurityStatus) return fail(Errc::access_denied, answer.sw());
  if (answer.sw() == sw::kWrongOffset) return SecretBytes{};   // read from the end of the file: nothing there
  return fail(Errc::unexpected_status, answer.sw());
}

}  // namespace

bool refuses_short_form(StatusWord sw) noexcept { return std::ranges::find(kShortFormRefusals, sw) != kShortFormRefusals.end(); }

Status foreign_unless_broken(const Error& error) {
  const bool answered = error.sw != StatusWord{} && error.sw != sw::kUnspecified;
  if (answered) return fail(Errc::card_foreign, error.sw);
  return Unexpected(error);
}

Status ElementaryFile::select() {
  const std::array<Byte, 2> id{static_cast<Byte>(file_ >> 8), static_cast<Byte>(file_)};
  MYNA_TRY(const CommandApdu command, CommandApdu::case3({0x00, ins::kSelect, kUnderCurrentDf, kNoAnswerData}, id));
  MYNA_TRY(const ResponseApdu answer, transaction_->transmit(command));
  if (answer.sw() == sw::kFileNotFound) return fail(Errc::file_absent, answer.sw());
  return answer.ok() ? Status{} : Status{fail(Errc::unexpected_status, answer.sw())};
}

Result<SecretBytes> ElementaryFile::read_start(Le le) {
  if (try_short_form()) {
    MYNA_TRY(auto answer, read(short_reference(file_), 0x00, le));
    if (!refuses_short_form(answer.sw())) return data_of(std::move(answer));
  }
  MYNA_CHECK(select());
  MYNA_TRY(auto answer, read(0x00, 0x00, le));
  return data_of(std::move(answer));
}

Result<SecretBytes> ElementaryFile::read_object() {
  if (try_short_form() && (traits().short_file_current != Known::no || wants_extended())) {
    auto object = read_object_by_short_form();
    if (object || !card_answered(object.error()) || object.error().code == Errc::access_denied) return object;
  }
  return read_object_selected();
}

// P2 = SFI << 3 | 04; SFI 0 is the current EF.
Result<SecretBytes> ElementaryFile::read_record(Byte number) {
  constexpr Byte kByNumber = 0x04;
  const auto read = [&](FileId sfi) {
    const Header header{0x00, ins::kReadRecord, number, static_cast<Byte>((sfi & 0x1F) << 3 | kByNumber)};
    return transaction_->transmit(CommandApdu::case2(header, Le::short_max()));
  };
  if (try_short_form()) {
    MYNA_TRY(auto answer, read(file_));
    if (answer.sw() == sw::kRecordNotFound) return fail(Errc::file_absent, answer.sw());
    if (!refuses_short_form(answer.sw())) return data_of(std::move(answer));
  }
  MYNA_CHECK(select());
  MYNA_TRY(auto answer, read(0));
  if (answer.sw() == sw::kRecordNotFound) return fail(Errc::file_absent, answer.sw());
  return data_of(std::move(answer));
}

// Whether a short-EF READ makes its file the current EF is written nowhere. So the parts that follow it are trusted
// only when the whole is well formed in itself.
Result<SecretBytes> ElementaryFile::read_object_by_short_form() {
  MYNA_TRY(auto answer, read_with_best_le(short_reference(file_), 0x00));
  MYNA_TRY(auto start, data_of(std::move(answer)));
  traits().short_file_read = Known::yes;
  const std::size_t at_once = start.size();
  auto object = read_rest(std::move(start));
  if (object && object->size() <= at_once) return object;
  if (!object && !card_answered(object.error())) return object;
  const bool whole = object && is_complete_object(object->view());
  traits().short_file_current = whole ? Known::yes : Known::no;
  if (!whole) return fail(Errc::malformed);
  return object;
}

Result<SecretBytes> ElementaryFile::read_object_selected() {
  MYNA_CHECK(select());
  MYNA_TRY(auto answer, read_with_best_le(0x00, 0x00));
  MYNA_TRY(auto start, data_of(std::move(answer)));
  MYNA_TRY(auto object, read_rest(std::move(start)));
  if (!object.empty() && !is_complete_object(object.view())) return fail(Errc::malformed);
  return object;
}

Result<SecretBytes> ElementaryFile::read_rest(SecretBytes object) {
  if (is_unwritten(object.view())) return SecretBytes{};
  MYNA_TRY(const std::size_t total, tlv_total_length(object.view()));
  while (object.size() < total) {
    const std::size_t offset = object.size();
    if (offset > kMaxOffset) return fail(Errc::malformed);
    MYNA_TRY(auto answer, read_with_best_le(static_cast<Byte>(offset >> 8), static_cast<Byte>(offset)));
    MYNA_TRY(const auto part, data_of(std::move(answer)));
    if (part.empty()) return fail(Errc::malformed);
    object.append(part.view());
  }
  object.truncate(total);
  return object;
}

Result<ResponseApdu> ElementaryFile::read(Byte p1, Byte p2, Le le) {
  auto answer = transaction_->transmit(CommandApdu::case2({0x00, ins::kReadBinary, p1, p2}, le));
  if (answer && le.extended() && answer->ok() && answer->data().size() > 256) traits().extended = Known::yes;
  if (answer && (p1 & 0x80) != 0 && refuses_short_form(answer->sw()) && answer->sw() != sw::kFileNotFound) {
    traits().short_file_read = Known::no;
  }
  return answer;
}

Result<ResponseApdu> ElementaryFile::read_with_best_le(Byte p1, Byte p2) {
  if (!wants_extended()) return read(p1, p2, Le::short_max());
  MYNA_TRY(auto answer, read(p1, p2, Le::extended_max()));
  if (answer.sw() != sw::kWrongLength) return answer;
  traits().extended = Known::no;
  return read(p1, p2, Le::short_max());
}

bool ElementaryFile::try_short_form() const noexcept { return traits().short_file_read != Known::no; }

// Never for the first time after a VERIFY: a reader that breaks on it would leave the PIN open.
bool ElementaryFile::wants_extended() const noexcept {
  if (traits().length_mode == LengthMode::short_only || traits().extended == Known::no) return false;
  if (traits().extended == Known::yes) return true;
  if (transaction_->pin_was_sent()) return false;
  return traits().length_mode == LengthMode::extended || transaction_->max_response_data() > 256;
}

}  // namespace myna

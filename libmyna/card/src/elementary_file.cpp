// SPDX-License-Identifier: Apache-2.0
#include "myna/card/elementary_file.hpp"

#include <algorithm>
#include <array>

#include "myna/card/card_object.hpp"
#include "myna/core/tlv.hpp"

namespace myna {
namespace {

constexpr Byte kUnderCurrentDf = 0x02;
constexpr Byte kNoAnswerData = 0x0C;
constexpr std::size_t kMaxOffset = 0x7FFF;   // 15 bits (docs/card/commands.md, "Short EF identifiers")

constexpr std::array kShortFormRefusals{sw::kWrongParameters, sw::kFileNotFound, sw::kDataObjectNotFound,
                                        sw::kWrongOffset,     sw::kWrongFileKind, sw::kNoCurrentFile,
                                        StatusWord{0x6A81}};

Result<SecretBytes> data_of(ResponseApdu answer) {
  if (answer.ok()) return std::move(answer).take();
  if (answer.sw() == sw::kFileNotFound) return fail(Errc::file_absent, answer.sw());
  if (answer.sw() == sw::kSecurityStatus) return fail(Errc::access_denied, answer.sw());
  if (answer.sw() == sw::kWrongOffset) return SecretBytes{};   // read from the end of the file: nothing there
  return fail(Errc::unexpected_status, answer.sw());
}

}  // namespace

bool is_unwritten(ByteView bytes) noexcept {
  return std::ranges::all_of(bytes, [](Byte b) { return b == 0x00; }) ||
         std::ranges::all_of(bytes, [](Byte b) { return b == 0xFF; });
}

bool refuses_short_form(StatusWord sw) noexcept { return std::ranges::find(kShortFormRefusals, sw) != kShortFormRefusals.end(); }

Error ElementaryFile::named(const Error& error) const noexcept { return about(error, card_object(transaction_->selected(), file_)); }

Status ElementaryFile::select() {
  const std::array<Byte, 2> id{static_cast<Byte>(file_ >> 8), static_cast<Byte>(file_)};
  MYNA_TRY(const CommandApdu command, CommandApdu::case3({0x00, ins::kSelect, kUnderCurrentDf, kNoAnswerData}, id));
  MYNA_TRY(const ResponseApdu answer, transaction_->transmit(command));
  const Errc refusal = answer.sw() == sw::kFileNotFound ? Errc::file_absent : Errc::unexpected_status;
  return answer.ok() ? Status{} : Status{Unexpected(named(fail(refusal, answer.sw()).error()))};
}

Result<ResponseApdu> ElementaryFile::read_first(Le le) {
  const auto read_at = [&](Byte p1) { return le.extended() ? read(p1, 0x00, le) : read_short(p1, 0x00, kShortRead); };
  if (try_short_form()) {
    MYNA_TRY(auto answer, read_at(short_reference(file_)));
    if (!refuses_short_form(answer.sw())) return answer;
  }
  MYNA_CHECK(select());
  return read_at(0x00);
}

Result<SecretBytes> ElementaryFile::read_start(std::size_t at_least) {
  MYNA_TRY(auto answer, read_first(Le::short_max()));
  auto start = data_of(std::move(answer));
  if (!start) return Unexpected(named(start.error()));
  return read_on(*std::move(start), at_least);
}

// Bytes that are no object cannot show that they belong together, so the file is selected first.
Result<SecretBytes> ElementaryFile::read_on(SecretBytes start, std::size_t at_least) {
  if (start.empty() || start.size() >= at_least) return start;
  MYNA_CHECK(select());
  while (start.size() < at_least) {
    const std::size_t offset = start.size();
    MYNA_TRY(const auto answer, read_short(static_cast<Byte>(offset >> 8), static_cast<Byte>(offset), at_least - offset));
    if (!answer.ok() || answer.data().empty()) break;   // the file ends here
    start.append(answer.data());
  }
  return start;
}

Status ElementaryFile::try_extended() {
  MYNA_CHECK(read_first(Le::extended_max()));
  return {};
}

Result<SecretBytes> ElementaryFile::read_object() {
  auto object = read_any_object();
  if (!object) return Unexpected(named(object.error()));
  return object;
}

Result<SecretBytes> ElementaryFile::read_any_object() {
  if (try_short_form() && (traits().short_file_current != Known::no || wants_extended())) {
    auto object = read_object_by_short_form();
    if (object || !object_state(object.error()) || object.error().code == Errc::access_denied) return object;
  }
  return read_object_selected();
}

Result<SecretBytes> ElementaryFile::read_record(Byte number) {
  const auto judged = [this](ResponseApdu answer) -> Result<SecretBytes> {
    auto record = answer.sw() == sw::kRecordNotFound ? fail(Errc::file_absent, answer.sw()) : data_of(std::move(answer));
    if (!record) return Unexpected(named(record.error()));
    return record;
  };
  if (try_short_form()) {
    MYNA_TRY(auto answer, read_record_of(file_, number));
    if (!refuses_short_form(answer.sw())) return judged(std::move(answer));
  }
  MYNA_CHECK(select());
  MYNA_TRY(auto answer, read_record_of(0, number));
  return judged(std::move(answer));
}

// P2 = SFI << 3 | 04; SFI 0 is the current EF. To a card that refuses an Le beyond the record its tag and length tell the right one.
Result<ResponseApdu> ElementaryFile::read_record_of(FileId sfi, Byte number) {
  constexpr Byte kByNumber = 0x04;
  constexpr std::uint32_t kTagAndLength = 2;
  const Header header{0x00, ins::kReadRecord, number, static_cast<Byte>((sfi & 0x1F) << 3 | kByNumber)};
  auto answer = transaction_->transmit(CommandApdu::case2(header, Le::short_max()));
  if (!answer || answer->sw() != sw::kWrongLength) return answer;
  MYNA_TRY(const auto head, transaction_->transmit(CommandApdu::case2(header, Le::exactly(kTagAndLength))));
  const auto total = tlv_total_length(head.data());
  if (!total || *total > kShortRead) return answer;
  return transaction_->transmit(CommandApdu::case2(header, Le::exactly(static_cast<std::uint32_t>(*total))));
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
  if (!object && !object_state(object.error())) return object;
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
    MYNA_TRY(auto answer, read_with_best_le(static_cast<Byte>(offset >> 8), static_cast<Byte>(offset), total - offset));
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

// A card that refuses an Le beyond what is there without saying how much that is (6700) is asked for less and less.
Result<ResponseApdu> ElementaryFile::read_short(Byte p1, Byte p2, std::size_t wanted) {
  std::size_t size = traits().exact_le == Known::yes ? std::min(wanted, kShortRead) : kShortRead;
  while (true) {
    auto answer = read(p1, p2, Le::exactly(static_cast<std::uint32_t>(size)));
    if (!answer || answer->sw() != sw::kWrongLength || size == 1) return answer;
    traits().exact_le = Known::yes;
    size = wanted < size ? wanted : size / 2;
  }
}

Result<ResponseApdu> ElementaryFile::read_with_best_le(Byte p1, Byte p2, std::size_t wanted) {
  if (!wants_extended()) return read_short(p1, p2, wanted);
  const Le exact = Le::exactly(static_cast<std::uint32_t>(std::min(wanted, kMaxOffset)));
  MYNA_TRY(auto answer, read(p1, p2, traits().exact_le == Known::yes ? exact : Le::extended_max()));
  if (answer.sw() != sw::kWrongLength) return answer;
  traits().extended = Known::no;
  return read_short(p1, p2, wanted);
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

// SPDX-License-Identifier: Apache-2.0
// READ BINARY and GET CHALLENGE (docs/card/commands.md), READ RECORD and GET DATA (docs/card/common.md).
#include <algorithm>

#include "myna/core/tlv.hpp"
#include "virtual_card_state.hpp"

namespace myna {
namespace {
constexpr Byte kShortForm = 0x80;

Answer first_of(ByteView bytes, std::size_t most) {
  const ByteView part = bytes.first(std::min(most, bytes.size()));
  return {sw::kOk, Bytes(part.begin(), part.end())};
}

// 6C00 says 256.
StatusWord right_le(std::size_t available) {
  return StatusWord(static_cast<std::uint16_t>(0x6C00 | (std::min<std::size_t>(available, 256) & 0xFF)));
}

}  // namespace

std::optional<StatusWord> VirtualCard::State::refuse_excess(std::uint32_t le, std::size_t available) const {
  if (le <= available || image.dialect.excess_le == ExcessLe::allowed) return std::nullopt;
  return image.dialect.excess_le == ExcessLe::refused ? sw::kWrongLength : right_le(available);
}

Answer VirtualCard::State::read_binary(const ParsedCommand& command) {
  const auto [cla, instruction, p1, p2] = command.header;
  if (command.le == 0 || !command.data.empty()) return {sw::kWrongLength};
  const bool short_form = (p1 & kShortForm) != 0;
  if (short_form && p1 == kShortForm) return {sw::kWrongParameters};
  if (!short_form && !current) return {sw::kNoCurrentFile};
  const auto id = short_form ? resolve(p1) : Result<FileId>(*current);
  if (!id) return {id.error().sw};
  const ImageFile* file = file_by(*id);
  if (file == nullptr || file->records) return {sw::kWrongFileKind};
  if (!may_use(file->opened_by)) return {sw::kSecurityStatus};
  if (short_form && image.dialect.short_read_sets_current) current = *id;
  return read_file(*file, short_form ? p2 : static_cast<std::size_t>(p1 << 8 | p2), command.le);
}

Answer VirtualCard::State::read_file(const ImageFile& file, std::size_t offset, std::uint32_t le) const {
  if (offset >= file.content.size()) return {sw::kWrongOffset};
  const ByteView rest = ByteView(file.content).subspan(offset);
  if (const auto refusal = refuse_excess(le, rest.size())) return {*refusal};
  return first_of(rest, image.dialect.read_limit == 0 ? le : std::min<std::uint32_t>(le, image.dialect.read_limit));
}

// `00 B2 number 04` of the current EF, `SFI << 3 | 04` by short EF identifier: the record with its tag and length, as far as Le goes.
Answer VirtualCard::State::read_record(const ParsedCommand& command) {
  constexpr Byte kByNumber = 0x04;
  const auto [cla, instruction, p1, p2] = command.header;
  if (command.le == 0 || !command.data.empty()) return {sw::kWrongLength};
  if ((p2 & 0x07) != kByNumber) return {sw::kWrongParameters};
  const Byte reference = static_cast<Byte>(0x80 | p2 >> 3);
  const auto id = resolve(reference);
  if (!id) return {id.error().sw};
  const ImageFile* file = file_by(*id);
  if (file == nullptr || !file->records) return {sw::kWrongFileKind};
  ByteReader records(file->content);
  for (int number = 1; !records.empty(); ++number) {
    const auto record = next_tlv(records);
    if (!record) break;
    if (number == p1) return give_record(record->whole, command.le);
  }
  return {sw::kRecordNotFound};
}

Answer VirtualCard::State::give_record(ByteView record, std::uint32_t le) const {
  if (image.dialect.exact_record_le && le != record.size()) return {right_le(record.size())};
  if (const auto refusal = refuse_excess(le, record.size())) return {*refusal};
  return first_of(record, le);
}

// Large objects need an extended Le: 6700 and not 6Cxx (docs/card/transport.md, "Lengths").
Answer VirtualCard::State::get_data(const ParsedCommand& command) {
  if (command.le == 0 || !command.data.empty()) return {sw::kWrongLength};
  const auto tag = static_cast<std::uint16_t>(command.header.p1 << 8 | command.header.p2);
  if (application == nullptr) return {sw::kDataObjectNotFound};
  const auto found = std::ranges::find(application->objects, tag, &ImageObject::tag);
  if (found == application->objects.end()) return {sw::kDataObjectNotFound};
  if (found->content.size() > command.le) return {sw::kWrongLength};
  return {sw::kOk, found->content};
}

// 1 to 256 bytes in any state; extended Le is refused.
Answer VirtualCard::State::get_challenge(const ParsedCommand& command) {
  if (command.header.p1 != 0 || command.header.p2 != 0) return {sw::kWrongParameters};
  if (command.extended) return {sw::kConditionsOfUse};
  if (command.le == 0 || !command.data.empty()) return {sw::kWrongLength};
  Answer answer{sw::kOk, Bytes(command.le)};
  fill_random(answer.data);
  return answer;
}

}  // namespace myna

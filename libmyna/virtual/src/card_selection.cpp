// SPDX-License-Identifier: Apache-2.0
// SELECT and what it does to verified PINs (docs/card/commands.md, docs/card/dialects.md).
#include <algorithm>

#include "virtual_card_state.hpp"

namespace myna {
namespace {

constexpr Byte kByName = 0x04;
constexpr Byte kUnderCurrentDf = 0x02;
constexpr Byte kByFileId = 0x00;
constexpr Byte kFirst = 0x00;
constexpr Byte kNext = 0x02;
constexpr Byte kNoAnswerData = 0x0C;
constexpr FileId kMasterFile = 0x3F00;

bool is_issuer_domain(const ImageApplication& application) { return equal(application.aid, aid::kIssuerDomain); }

bool begins_with(ByteView whole, ByteView start) {
  return start.size() <= whole.size() && equal(whole.first(start.size()), start);
}

FileId file_id_of(ByteView two) { return static_cast<FileId>(two[0] << 8 | two[1]); }

}  // namespace

void VirtualCard::State::select_issuer_domain() {
  const auto found = std::ranges::find_if(image.applications, is_issuer_domain);
  application = found == image.applications.end() ? nullptr : &*found;
}

Answer VirtualCard::State::select(const ParsedCommand& command) {
  if (command.header.p1 == kByName) return select_by_name(command);
  if (command.header.p1 == kUnderCurrentDf) return select_under_current(command);
  if (command.header.p1 == kByFileId) return select_master_file(command);
  return {sw::kWrongParameters};
}

Answer VirtualCard::State::select_by_name(const ParsedCommand& command) {
  const Byte p2 = command.header.p2;
  if (p2 != kFirst && p2 != kNext && p2 != kNoAnswerData) return {sw::kWrongParameters};
  if (command.data.empty() || command.data.size() > 16) return {sw::kWrongLength};
  ImageApplication* chosen = find_application(command.data, p2 == kNext);
  if (chosen == nullptr) return {sw::kFileNotFound};
  enter(*chosen);
  return {sw::kOk};
}

// A part of the name is enough (ATR capability byte C6). "Next" goes on behind the current application.
ImageApplication* VirtualCard::State::find_application(ByteView name, bool next) {
  bool armed = !next;
  for (ImageApplication& candidate : image.applications) {
    const bool reachable = image.dialect.issuer_domain || !is_issuer_domain(candidate);
    if (armed && reachable && begins_with(candidate.aid, name)) return &candidate;
    armed = armed || &candidate == application;
  }
  return nullptr;
}

void VirtualCard::State::enter(ImageApplication& chosen) {
  const bool same = pin_owner == &chosen && image.dialect.reselect_keeps_pins;
  if (!same) verified.clear();
  pin_owner = &chosen;
  application = &chosen;
  current.reset();
  application_was_selected = true;
}

// `00 A4 00 00`: 6A86 right after power-up, afterwards 9000 without changing the DF. 3F00 does not exist.
Answer VirtualCard::State::select_master_file(const ParsedCommand& command) {
  if (command.data.empty()) return {application_was_selected ? sw::kOk : sw::kWrongParameters};
  if (command.data.size() == 2 && file_id_of(command.data) == kMasterFile) return {sw::kFileNotFound};
  return {sw::kWrongParameters};   // (assumption)
}

// A failed SELECT leaves the current EF as it was (docs/card/dialects.md, unknown on real cards).
Answer VirtualCard::State::select_under_current(const ParsedCommand& command) {
  const Byte p2 = command.header.p2;
  if (p2 != kNoAnswerData && p2 != kFirst) return {sw::kWrongParameters};
  if (command.data.size() != 2) return {sw::kWrongLength};
  const FileId id = file_id_of(command.data);
  if (!exists(id)) return {sw::kFileNotFound};
  current = id;
  return {sw::kOk};
}

const ImageFile* VirtualCard::State::file_by(FileId id) const {
  if (application == nullptr) return nullptr;
  const auto found = std::ranges::find(application->files, id, &ImageFile::file);
  return found == application->files.end() ? nullptr : &*found;
}

ImagePin* VirtualCard::State::pin_by(FileId id) const {
  if (application == nullptr) return nullptr;
  const auto found = std::ranges::find(application->pins, id, &ImagePin::file);
  return found == application->pins.end() ? nullptr : &*found;
}

const ImageKey* VirtualCard::State::key_by(FileId id) const {
  if (application == nullptr) return nullptr;
  const auto found = std::ranges::find(application->keys, id, &ImageKey::file);
  return found == application->keys.end() ? nullptr : &*found;
}

Result<FileId> VirtualCard::State::resolve(Byte reference) const {
  constexpr Byte kSfiBits = 0x1F;
  if ((reference & 0xE0) != 0x80) return fail(Errc::unexpected_status, sw::kWrongParameters);
  const FileId sfi = reference & kSfiBits;
  if (sfi == 0) return current ? Result<FileId>(*current) : fail(Errc::unexpected_status, sw::kNoCurrentFile);
  if (!image.dialect.short_file_ids) return fail(Errc::unexpected_status, sw::kWrongParameters);
  return exists(sfi) ? Result<FileId>(sfi) : fail(Errc::unexpected_status, sw::kFileNotFound);
}

bool VirtualCard::State::may_use(const std::vector<FileId>& opened_by) const {
  return opened_by.empty() || std::ranges::any_of(opened_by, [this](FileId pin) { return is_verified(pin); });
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// What the virtual card knows while it is powered, and the command handlers, one file for each group.
#pragma once

#include <memory>
#include <set>

#include "myna/core/apdu.hpp"
#include "myna/virtual/virtual_card.hpp"

namespace myna {

struct Answer {
  StatusWord sw;
  Bytes data{};
};

struct VirtualCard::State {
  CardImage image;
  Persist persist;

  bool powered = false;
  bool first_command = true;
  bool application_was_selected = false;        // since power-up (docs/card/commands.md, "SELECT")
  ImageApplication* application = nullptr;      // current DF
  std::optional<FileId> current;                // current EF, PIN or key
  ImageApplication* pin_owner = nullptr;        // whose PINs `verified` names; outlives a warm reset
  std::set<FileId> verified;

  // Command handlers. Each answers one instruction.
  Answer select(const ParsedCommand& command);
  Answer read_binary(const ParsedCommand& command);
  Answer read_record(const ParsedCommand& command);
  Answer internal_authenticate(const ParsedCommand& command);
  Answer get_data(const ParsedCommand& command);
  Answer get_challenge(const ParsedCommand& command);
  Answer verify(const ParsedCommand& command);
  Answer change_reference_data(const ParsedCommand& command);
  Answer perform_security_operation(const ParsedCommand& command);

  // Selection
  void select_issuer_domain();
  Answer select_by_name(const ParsedCommand& command);
  Answer select_master_file(const ParsedCommand& command);
  Answer select_under_current(const ParsedCommand& command);
  ImageApplication* find_application(ByteView name, bool next);
  void enter(ImageApplication& chosen);

  // Objects of the current application
  const ImageFile* file_by(FileId id) const;
  ImagePin* pin_by(FileId id) const;
  const ImageKey* key_by(FileId id) const;
  bool exists(FileId id) const { return file_by(id) || pin_by(id) || key_by(id); }
  // The id that a reference byte means: 80 the current EF, 80+SFI a short EF identifier. 6986, 6A82 or 6A86 else.
  Result<FileId> resolve(Byte reference) const;

  Result<FileId> default_key() const;

  bool is_verified(FileId pin) const { return application == pin_owner && verified.contains(pin); }
  bool may_use(const std::vector<FileId>& opened_by) const;

  Answer check_pin(ImagePin& pin, ByteView data);
  void share(const ImagePin& pin);
  std::optional<StatusWord> refuse_excess(std::uint32_t le, std::size_t available) const;
  Answer give_record(ByteView record, std::uint32_t le) const;
  Answer read_file(const ImageFile& file, std::size_t offset, std::uint32_t le) const;
  Answer sign_with(const PrivateKey& key, const ParsedCommand& command) const;
};

}  // namespace myna

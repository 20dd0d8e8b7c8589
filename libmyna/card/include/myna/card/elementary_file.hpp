// SPDX-License-Identifier: Apache-2.0
// Reading a transparent EF of the current application with as few commands as the card allows: short-EF form first,
// SELECT where that is refused, extended Le where it is known to work (docs/apdu-budget.md).
#pragma once

#include "myna/card/card_profile.hpp"
#include "myna/card/card_transaction.hpp"

namespace myna {

// 80 + SFI, the reference control byte and READ BINARY P1; SFI is the low five bits of the file id (docs/card/commands.md).
constexpr Byte short_reference(FileId file) { return static_cast<Byte>(0x80 | (file & 0x1F)); }

// Status words by which a card says that it does not take a short-EF form. No try is spent by that.
bool refuses_short_form(StatusWord sw) noexcept;

// A TLV object starts with a tag; a file that was never written is 00 or FF throughout (docs/card/jpki.md).
bool is_unwritten(ByteView bytes) noexcept;

// As much as one READ with a short Le can bring.
inline constexpr std::size_t kShortRead = 256;

class ElementaryFile {
 public:
  ElementaryFile(CardTransaction& transaction, FileId file) noexcept : transaction_(&transaction), file_(file) {}

  // SELECT under the current DF. Errors: file_absent.
  Status select();

  // The first bytes: one READ BINARY, and more of them only where the card gives fewer than `at_least` at once although it has more.
  // Errors: file_absent, access_denied, unexpected_status.
  Result<SecretBytes> read_start(std::size_t at_least);

  // READ BINARY with extended Le, to see whether the card takes it: what it answers tells the traits. Errors: those of the link, and
  // file_absent.
  Status try_extended();

  // The one TLV object in the file, ended where its header says; the file may be longer. An empty file gives no
  // bytes. Errors: as above, and malformed when the object is not well formed in itself.
  Result<SecretBytes> read_object();

  // READ RECORD by number: the record with its tag and length. Errors: file_absent (no such file or record), access_denied,
  // unexpected_status.
  Result<SecretBytes> read_record(Byte number);

 private:
  CardTraits& traits() const noexcept { return transaction_->traits(); }
  bool wants_extended() const noexcept;
  bool try_short_form() const noexcept;
  Error named(const Error& error) const noexcept;
  Result<ResponseApdu> read_first(Le le);
  Result<SecretBytes> read_on(SecretBytes start, std::size_t at_least);
  Result<SecretBytes> read_any_object();
  Result<SecretBytes> read_object_by_short_form();
  Result<SecretBytes> read_object_selected();
  Result<SecretBytes> read_rest(SecretBytes start);
  Result<ResponseApdu> read(Byte p1, Byte p2, Le le);
  Result<ResponseApdu> read_short(Byte p1, Byte p2, std::size_t wanted);
  Result<ResponseApdu> read_with_best_le(Byte p1, Byte p2, std::size_t wanted = kShortRead);
  Result<ResponseApdu> read_record_of(FileId sfi, Byte number);

  CardTransaction* transaction_;
  FileId file_;
};

}  // namespace myna

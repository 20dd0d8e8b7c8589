// SPDX-License-Identifier: Apache-2.0
// Reading a transparent EF of the current application with as few commands as the card allows: short-EF form first,
// SELECT where that is refused, extended Le where it is known to work (DESIGN.md section 13).
#pragma once

#include "myna/card_profile.hpp"
#include "myna/card_transaction.hpp"

namespace myna {

// 80 + SFI, the reference control byte and READ BINARY P1; SFI is the low five bits of the file id (CARD.md 1.7).
constexpr Byte short_reference(FileId file) { return static_cast<Byte>(0x80 | (file & 0x1F)); }

// Status words by which a card says that it does not take a short-EF form. No try is spent by that.
bool refuses_short_form(StatusWord sw) noexcept;

// For the error of a SELECT by AID. The application exists or the card is foreign; 6F00 is a card in trouble and says
// nothing about its kind.
Status foreign_unless_broken(const Error& error);

class ElementaryFile {
 public:
  ElementaryFile(CardTransaction& transaction, FileId file) noexcept : transaction_(&transaction), file_(file) {}

  // SELECT under the current DF. Errors: file_absent.
  Status select();

  // The first bytes, at most 256: one READ BINARY. Errors: file_absent, access_denied, unexpected_status.
  Result<SecretBytes> read_start(Le le = Le::short_max());

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
  Result<SecretBytes> read_object_by_short_form();
  Result<SecretBytes> read_object_selected();
  Result<SecretBytes> read_rest(SecretBytes start);
  Result<ResponseApdu> read(Byte p1, Byte p2, Le le);
  Result<ResponseApdu> read_with_best_le(Byte p1, Byte p2);

  CardTransaction* transaction_;
  FileId file_;
};

}  // namespace myna

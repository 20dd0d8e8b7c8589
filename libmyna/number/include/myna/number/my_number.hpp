// SPDX-License-Identifier: Apache-2.0
// 個人番号 (My Number), kept apart: a library of its own (myna_number, MYNA_WITH_NUMBER), and the only code that reads EF 0001 of the text
// application and EF 0005 of the surface application. The law (番号法) allows its use for social security, tax and disaster matters only.
#pragma once

#include <functional>
#include <string_view>

#include "myna/card/card_transaction.hpp"
#include "myna/core/locked_page.hpp"
#include "myna/core/result.hpp"
#include "myna/trust/authenticity.hpp"

namespace myna {

// Why the number is read. A caller must state it; nothing is stored.
class Purpose {
 public:
  // 3 to 200 bytes of printable UTF-8. Errc::invalid_argument.
  static Result<Purpose> stated(std::string_view utf8);

 private:
  Purpose() = default;
};

// 12 digits in a page of memory of their own: locked, left out of core dumps and of child processes, wiped at the end. Cannot be copied or
// printed.
class MyNumber {
 public:
  // Errc::malformed: not 12 digits, or a wrong check digit (CARD.md 2.2.3). Errc::storage_failed: no memory can be locked.
  static Result<MyNumber> parse(ByteView digits);
  // 12 ASCII digits, while the object lives. The caller makes no copy that outlives its use.
  ByteView digits() const noexcept { return page_.view(); }

 private:
  explicit MyNumber(LockedPage page) noexcept : page_(std::move(page)) {}
  LockedPage page_;
};

// The number, and SHA-256 over the very file that it was parsed from: as secret as the number, which it lets one guess.
struct NumberReading {
  MyNumber number;
  SecretBytes digest;   // 32 bytes
};

// The text application is selected and its PIN or code A open. Errors: access_denied, file_absent, malformed.
Result<NumberReading> read_my_number(CardTransaction& transaction, const Purpose& purpose);

// With what proves it: judge_number() of authenticity.hpp. `open` verifies the PIN or code A; it is called once, after the free file was
// read.
struct NumberEvidence {
  NumberReading reading;
  TextEvidence text;
};
Result<NumberEvidence> read_number_evidence(CardTransaction& transaction, const Purpose& purpose,
                                            const std::function<Status(TextApplication&)>& open);

// The surface application is selected and its code A open: EF 0005, a record (CARD.md 3.5). Errors as above.
Result<SecretBytes> read_number_picture(CardTransaction& transaction, const Purpose& purpose);
// The PNG in it. Errors: malformed, misplaced_object.
Result<SecretBytes> parse_number_picture(ByteView record);

}  // namespace myna

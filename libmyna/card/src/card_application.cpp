// SPDX-License-Identifier: Apache-2.0
#include "myna/card/card_application.hpp"

#include "enter_application.hpp"
#include "myna/card/elementary_file.hpp"
#include "pin_file.hpp"

namespace myna {

Result<CardApplication> CardApplication::select(CardTransaction& transaction, ByteView aid) {
  if (aid.size() < 5 || aid.size() > 16) return fail(Errc::invalid_argument);
  MYNA_CHECK(enter_application(transaction, aid));
  return CardApplication(transaction, aid);
}

Result<PinStatus> CardApplication::pin_status(const PinRow& row) {
  if (!owns(row)) return fail(Errc::invalid_argument);
  return PinFile(*transaction_, row).status();
}

Status CardApplication::verify(const Pin& pin, const TryPolicy& policy, RefusedPins& refused) {
  if (!owns(pin.row())) return fail(Errc::invalid_argument);
  return PinFile(*transaction_, pin.row()).verify(pin.view(), policy, refused);
}

Status CardApplication::change_pin(const Pin& new_pin) {
  if (!owns(new_pin.row())) return fail(Errc::invalid_argument);
  return PinFile(*transaction_, new_pin.row()).change(new_pin.view());
}

Result<SecretBytes> CardApplication::read_object(FileId file) {
  if (equal(aid_, aid::kText) || equal(aid_, aid::kSurface)) return fail(Errc::invalid_argument);
  return ElementaryFile(*transaction_, file).read_object();
}

Result<SecretBytes> CardApplication::read_record(FileId file, Byte number) {
  return ElementaryFile(*transaction_, file).read_record(number);
}

}  // namespace myna

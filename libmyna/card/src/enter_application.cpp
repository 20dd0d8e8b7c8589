// SPDX-License-Identifier: Apache-2.0
#include "enter_application.hpp"

#include "myna/card/card_object.hpp"

namespace myna {
namespace {

bool says_it_is_not_there(const Error& error) { return error.sw != StatusWord{} && error.sw != sw::kUnspecified; }

Status absent(Errc code, const Error& refusal) { return Unexpected(about(fail(code, refusal.sw).error(), refusal.about)); }

Status enter_jpki(CardTransaction& transaction) {
  const Status entered = transaction.select_application(aid::kJpki);
  if (!entered && !says_it_is_not_there(entered.error())) return entered;
  transaction.traits().jpki = entered ? Known::yes : Known::no;
  return entered ? entered : absent(Errc::card_foreign, entered.error());
}

}  // namespace

Status enter_application(CardTransaction& transaction, ByteView aid) {
  if (equal(aid, aid::kJpki)) return enter_jpki(transaction);
  const Status entered = transaction.select_application(aid);
  if (entered || !says_it_is_not_there(entered.error())) return entered;
  const Known& jpki = transaction.traits().jpki;
  if (jpki == Known::unknown) MYNA_CHECK(enter_jpki(transaction));
  return absent(jpki == Known::yes ? Errc::application_absent : Errc::card_foreign, entered.error());
}

}  // namespace myna

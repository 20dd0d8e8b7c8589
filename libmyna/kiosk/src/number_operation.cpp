// SPDX-License-Identifier: Apache-2.0
#include "card_flows.hpp"
#include "myna/kiosk/kiosk_number.hpp"

namespace myna::kiosk {
namespace {

Result<NumberEvidence> read_evidence(Counter& counter, const ReadNumber& request) {
  MYNA_TRY(const Purpose purpose, Purpose::stated(request.purpose));
  MYNA_TRY(auto transaction, counter.card.begin());
  MYNA_CHECK(above_floor(counter, transaction, request.pin));
  return read_number_evidence(transaction, purpose, [&](TextApplication& text) {
    return text.verify(request.pin, try_policy(counter.options), counter.card.refused_pins());
  });
}

}  // namespace

Result<Held> read_number(Counter& counter, const ReadNumber& request) {
  MYNA_TRY(NumberEvidence evidence, read_evidence(counter, request));
  auto read = std::make_shared<NumberRead>();
  read->report = judge_number(evidence.text, evidence.reading.digest.view(), counter.options.anchors);
  if (is_acceptable(counter.options, read->report)) read->value = std::move(evidence.reading.number);
  Held held;
  held.number = std::move(read);
  return held;
}

}  // namespace myna::kiosk

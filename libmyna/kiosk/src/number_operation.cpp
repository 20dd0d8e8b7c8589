// SPDX-License-Identifier: Apache-2.0
#include "myna/kiosk/kiosk_number.hpp"
#include "operations.hpp"

namespace myna::kiosk {

Result<Held> read_number(Counter& counter, ReadNumber&& request) {
  MYNA_TRY(const Purpose purpose, Purpose::stated(request.purpose));
  MYNA_TRY(NumberEvidence evidence, myna::read_number(counter.card, std::move(request.pin), purpose, true, policy_of(counter)));
  auto read = std::make_shared<NumberRead>();
  read->report = judge_number(evidence.text, evidence.reading.digest.view(), counter.options.anchors);
  if (is_acceptable(counter.options, read->report)) read->value = std::move(evidence.reading.number);
  Held held;
  held.number = std::move(read);
  return held;
}

}  // namespace myna::kiosk

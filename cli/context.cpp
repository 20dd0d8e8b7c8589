// SPDX-License-Identifier: Apache-2.0
#include "context.hpp"

namespace myna::cli {

TryPolicy Context::try_policy() const {
  return {.source = has_stored_pin() ? PinSource::stored : PinSource::typed,
          .allow_last_try = global().allow_last_try,
          .allow_retry = global().allow_retry};
}

}  // namespace myna::cli

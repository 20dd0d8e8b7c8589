// SPDX-License-Identifier: Apache-2.0
// A time-stamp token over given bytes (RFC 3161), checked by OpenSSL. Private to libmyna/sign.
#pragma once

#include <chrono>
#include <optional>

#include "myna/cms_verify.hpp"

namespace myna {

struct TimeStampOutcome {
  Check check;
  std::optional<std::chrono::sys_seconds> time;   // of a token that is good
};

// good: the token is over `stamped`, by SHA-256, 384 or 512, signed by an authority for time stamps under a trust anchor that was valid at that time.
// not_checked: all but the trust in the authority. bad: anything else.
TimeStampOutcome check_time_stamp(ByteView token, ByteView stamped, const VerifyOptions& options);

}  // namespace myna

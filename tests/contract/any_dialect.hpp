// SPDX-License-Identifier: Apache-2.0
// What the contract's test cases start from.
#pragma once

#include <catch2/catch.hpp>

#include "myna/crypto/crypto.hpp"
#include "tests/contract/card_under_test.hpp"

namespace myna::test {

// Each dialect in turn: the test case runs once for each.
inline const Dialect& any_dialect() {
  return dialects().at(static_cast<std::size_t>(GENERATE(range(0, static_cast<int>(dialects().size())))));
}

inline const Bytes& some_digest_info() {
  static const Bytes info = *digest_info(Digest::sha256, hash(Digest::sha256, as_bytes("契約書")));
  return info;
}

}  // namespace myna::test

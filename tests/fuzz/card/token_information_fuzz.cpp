// SPDX-License-Identifier: Apache-2.0
// EF 0006 of a hostile card: printable ASCII of bounded length, whatever it holds.
#include <algorithm>
#include <cstdlib>

#include "myna/card/applications/jpki.hpp"

using namespace myna;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto token = parse_token_information(ByteView(data, size));
  if (!token) return 0;
  for (const std::string& text : {token->label, token->manufacturer, token->model, token->serial}) {
    if (text.size() > 32 || !std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; })) std::abort();
  }
  return 0;
}

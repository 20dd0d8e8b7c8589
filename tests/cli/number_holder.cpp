// SPDX-License-Identifier: Apache-2.0
// Holds a 個人番号 and tells where, until somebody closes standard output: for the test that looks at its memory.
#include <unistd.h>

#include <cstdio>

#include "myna/my_number.hpp"

int main(int, char** argv) {
  const auto number = myna::MyNumber::parse(myna::as_bytes(argv[1]));
  if (!number) return 1;
  std::printf("%p\n", static_cast<const void*>(number->digits().data()));
  std::fflush(stdout);
  ::sleep(30);
  return 0;
}

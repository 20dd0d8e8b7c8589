// SPDX-License-Identifier: Apache-2.0
// Holds a 個人番号 and tells where, until somebody closes standard output: for the test that looks at its memory.
#include <unistd.h>

#include <cstdio>

#include "myna/number/my_number.hpp"

int main(int, char** argv) {
  const auto number = myna::MyNumber::parse(myna::as_bytes(argv[1]));
  if (!number) return 1;
#ifdef __SANITIZE_ADDRESS__
  constexpr const char* kLock = "";     // AddressSanitizer makes mlock(2) do nothing
#else
  constexpr const char* kLock = "lo";
#endif
  std::printf("%p %s\n", static_cast<const void*>(number->digits().data()), kLock);
  std::fflush(stdout);
  ::sleep(30);
  return 0;
}

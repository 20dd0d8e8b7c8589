// SPDX-License-Identifier: Apache-2.0
// kiosk_states [PAGE]: prints docs/kiosk-states.md, or compares it with the page given.
#include <cstdio>
#include <fstream>
#include <iterator>

#include "states_page.hpp"

int main(int count, char** arguments) {
  const std::string page = myna::test::states_page();
  if (count < 2) return std::fputs(page.c_str(), stdout) < 0 ? 1 : 0;
  std::ifstream file(arguments[1]);
  const std::string written{std::istreambuf_iterator<char>(file), {}};
  if (written == page) return 0;
  std::puts("the page is not what the table says: kiosk_states > docs/kiosk-states.md");
  return 1;
}

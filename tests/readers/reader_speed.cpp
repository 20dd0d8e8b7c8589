// SPDX-License-Identifier: Apache-2.0
// Prints the figures of speed.hpp, for tests/bench/reader.
#include <cstdio>

#include "core/speed.hpp"

using namespace myna::test;

namespace {

double ms(Duration time) { return static_cast<double>(time.count()) / 1000; }

void row(const char* what, const char* rate, const Speed& speed) {
  std::printf("%-34s%8s%10.1f%10.1f%10.1f%8.3f\n", what, rate, ms(speed.air), ms(speed.card), ms(speed.all), speed.ratio());
}

}  // namespace

int main() {
  std::printf("%-34s%8s%10s%10s%10s%8s\n", "virtual clock", "kbit/s", "air ms", "card ms", "all ms", "ratio");
  for (const auto& [rate, name] : {std::pair{BitRateChoice::k106, "106"}, std::pair{BitRateChoice::automatic, "424"}}) {
    row("signature", name, speed_of_signature(rate));
    row("2 kB, one extended read", name, speed_of_reading(rate, true));
    row("2 kB, eight short reads", name, speed_of_reading(rate, false));
  }
  std::printf("\n%-34s%8s%12s%12s\n", "virtual clock, worst moment", "kbit/s", "insert ms", "remove ms");
  for (const auto& [rate, name] : {std::pair{BitRateChoice::k106, "106"}, std::pair{BitRateChoice::automatic, "424"}}) {
    for (const Duration interval : {Duration(100ms), Duration(400ms)}) {
      const auto seen = latencies(rate, interval);
      std::printf("events, a look every %3.0f ms%8s%8s%12.0f%12.0f\n", ms(interval), "", name, ms(seen.insertion), ms(seen.removal));
    }
  }
  return 0;
}

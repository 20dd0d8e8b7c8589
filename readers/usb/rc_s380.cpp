// SPDX-License-Identifier: Apache-2.0
#include "rc_s380.hpp"

namespace myna::readers {

Result<std::unique_ptr<RcS380>> RcS380::open(int bus, int address, BitRateChoice choice, TraceSink trace) {
  MYNA_TRY(std::unique_ptr<Pipe> pipe, open_usb_pipe(bus, address));
  if (trace) pipe = std::make_unique<TracedPipe>(std::move(pipe), std::move(trace));
  std::unique_ptr<RcS380> reader(new RcS380(std::move(pipe), choice));
  MYNA_CHECK(reader->machine_.start());
  return reader;
}

}  // namespace myna::readers

// SPDX-License-Identifier: Apache-2.0
// The port to the two bulk endpoints of a reader. Moves bytes and knows no protocol.
#pragma once

#include "clock.hpp"
#include "myna/core/bytes.hpp"
#include "myna/core/secret.hpp"

namespace myna::readers {

// Every call: Errc::no_reader when the reader was unplugged.
class Pipe {
 public:
  Pipe() = default;
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  virtual ~Pipe() = default;

  // One frame, ended by a zero-length packet where USB needs one. Errc::link_lost.
  virtual Status write(ByteView frame) = 0;

  // What the reader sends next, at most 512 bytes. Errors: timed_out, link_lost.
  virtual Result<SecretBytes> read(Duration at_most) = 0;

  // The two harder steps of the recovery: endpoints, then the whole device. Errc::link_lost.
  virtual Status clear_halt() = 0;
  virtual Status reset() = 0;
};

}  // namespace myna::readers

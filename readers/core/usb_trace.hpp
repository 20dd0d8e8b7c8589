// SPDX-License-Identifier: Apache-2.0
// What --trace-usb shows: every frame, but of an APDU only PCB, header and length. A command that carries a PIN shows not even the length,
// and no part of a chain does.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "pipe.hpp"

namespace myna::readers {

using TraceSink = std::function<void(const std::string& line)>;

class UsbTrace {
 public:
  // "> D6042C01  02 00A4040C +11"
  std::string line(char direction, ByteView frame);

 private:
  std::string data_line(ByteView data);
  std::string air(ByteView data, bool to_card);
  std::string command_block(ByteView block);

  bool in_chain_ = false;   // the last block to the card was not the last of its command
  bool hidden_ = false;     // nothing of it was shown
  Byte number_ = 0;
};

class TracedPipe final : public Pipe {
 public:
  TracedPipe(std::unique_ptr<Pipe> inner, TraceSink sink) : inner_(std::move(inner)), sink_(std::move(sink)) {}

  Status write(ByteView frame) override;
  Result<SecretBytes> read(Duration at_most) override;
  Status clear_halt() override;
  Status reset() override;

 private:
  std::unique_ptr<Pipe> inner_;
  TraceSink sink_;
  UsbTrace trace_;
};

}  // namespace myna::readers

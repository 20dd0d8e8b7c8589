// SPDX-License-Identifier: Apache-2.0
// redirected_reader DIRECTORY READER... -- COMMAND...
//   Runs COMMAND, a QEMU, with emulated readers (rc-s380 or rc-s300) for it: reader N waits on DIRECTORY/readerN for QEMU's usb-redir
//   device.
//   DIRECTORY/control takes the words of emulated_reader.
#include <cstring>

#include "redir_port.hpp"

using namespace myna::emulator;

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const std::string directory = argv[1];
  std::vector<std::unique_ptr<RedirPort>> ports;
  ReaderSet readers([&](UsbModel& model, int port) -> Attachment& {
    const auto place = static_cast<std::size_t>(port);
    if (ports.size() < place) ports.push_back(std::make_unique<RedirPort>(directory + "/reader" + std::to_string(port)));
    ports[place - 1]->plug(model);
    return *ports[place - 1];
  });
  int at = 2;
  for (; at < argc && std::strcmp(argv[at], "--") != 0; ++at) readers.add(argv[at]);
  if (at + 1 >= argc) return 2;
  ControlSocket control(directory + "/control", readers);
  std::vector<EventSource*> sources{&control};
  for (const auto& port : ports) sources.push_back(port.get());
  return run_command(argv + at + 1, sources);
}

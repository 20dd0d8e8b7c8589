// SPDX-License-Identifier: Apache-2.0
// Calls the driver as pcscd does, from several threads at once, while the card comes and goes, and closes it in the middle. Run under
// sanitizers on an emulated reader: see CMakeLists.txt. The readers are controlled from here.
#include "readers/ifd/ifdhandler.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr DWORD kLun = 0;
constexpr DWORD kPollingWithTimeout = 0x0FB3;
std::atomic<bool> ending{false};
std::atomic<unsigned> answers{0}, removals{0};

void require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "FAILED: %s\n", what);
  std::_Exit(1);
}

void control(const std::string& line) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, std::getenv("MYNA_READER_CONTROL"), sizeof address.sun_path - 1);
  require(::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "control socket");
  const std::string sent = line + "\n";
  require(::write(socket, sent.data(), sent.size()) == static_cast<ssize_t>(sent.size()), "control");
  char answer[64] = {};
  require(::read(socket, answer, sizeof answer - 1) > 0 && std::strncmp(answer, "ok", 2) == 0, line.c_str());
  ::close(socket);
}

void open_channel() {
  char name[] = "usb:054c/06c1:libudev:0:/dev/bus/usb/001/002";
  require(IFDHCreateChannelByName(kLun, name) == IFD_SUCCESS, "create");
}

// pcscd's thread of a reader.
void watch() {
  using Poll = RESPONSECODE (*)(DWORD, int);
  Poll poll = nullptr;
  DWORD length = sizeof poll;
  require(IFDHGetCapabilities(kLun, kPollingWithTimeout, &length, reinterpret_cast<PUCHAR>(&poll)) == IFD_SUCCESS, "polling function");
  bool before = false;
  while (!ending) {
    const bool there = IFDHICCPresence(kLun) == IFD_ICC_PRESENT;
    std::array<UCHAR, MAX_ATR_SIZE> atr{};
    DWORD size = atr.size();
    if (there && !before) (void)IFDHPowerICC(kLun, IFD_POWER_UP, atr.data(), &size);
    if (before && !there) ++removals;
    before = there;
    (void)poll(kLun, 5000);
  }
}

// A program's thread.
void transmit() {
  const std::array<UCHAR, 16> select{0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
  while (!ending) {
    std::array<UCHAR, 300> answer{};
    DWORD length = answer.size();
    SCARD_IO_HEADER receive{};
    auto command = select;
    if (IFDHTransmitToICC(kLun, SCARD_IO_HEADER{1, 0}, command.data(), 15, answer.data(), &length, &receive) == IFD_SUCCESS) ++answers;
    else require(length == 0, "a failed exchange has no answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

void ask() {
  while (!ending) {
    for (const DWORD tag : {DWORD{TAG_IFD_ATR}, DWORD{TAG_IFD_SIMULTANEOUS_ACCESS}, DWORD{0x12345}}) {
      std::array<UCHAR, 64> value{};
      DWORD length = value.size();
      (void)IFDHGetCapabilities(kLun, tag, &length, value.data());
    }
    std::array<UCHAR, 64> answer{};
    DWORD returned = 0;
    (void)IFDHControl(kLun, 0x42000D48, nullptr, 0, answer.data(), answer.size(), &returned);
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
}

}  // namespace

int main(int argc, char** argv) {
  require(argc == 2, "usage: ifd_stress CARD");
  for (int round = 0; round < 4; ++round) {
    ending = false;
    control("garbage 1");
    open_channel();
    std::vector<std::thread> threads;
    for (auto* work : {watch, transmit, ask, transmit}) threads.emplace_back(work);
    for (int cycle = 0; cycle < 8; ++cycle) {
      control("put 1 " + std::string(argv[1]));
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
      control("take 1");
      std::this_thread::sleep_for(std::chrono::milliseconds(250));
    }
    UCHAR one = 1;
    if (round % 2 == 1) (void)IFDHSetCapabilities(kLun, TAG_IFD_DEVICE_REMOVED, 1, &one);
    require(IFDHCloseChannel(kLun) == IFD_SUCCESS, "close while others call");
    ending = true;
    for (std::thread& thread : threads) thread.join();
    require(IFDHICCPresence(kLun) == IFD_NO_SUCH_DEVICE, "closed");
  }
  std::printf("%u answers, %u removals\n", answers.load(), removals.load());
  require(answers > 20 && removals >= 8, "the stress did something");
  return 0;
}

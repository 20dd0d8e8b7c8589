// SPDX-License-Identifier: Apache-2.0
// emulated_reader [--control SOCKET] READER... -- COMMAND...
//   Runs COMMAND on a machine whose only USB devices are these readers (rc-s380 or rc-s300), with no card on them. What to do with them is said on
//   the control socket, a line each, answered by a line:
//     put N DIR      lays the virtual card of a directory on reader N (1, 2, ...)
//     put N DIR MS   ... whose signature takes so many milliseconds
//     take N         takes it away
//     card N FWI EXTENSIONS   what the next card on reader N is like: its waiting time, and extensions that it asks for besides (rc-s380)
//     swap N BLOCK DIR   so many blocks from now the card of that directory lies there instead (rc-s380)
//     unplug N | plug N
//     air N BLOCK FAULT | usb N COMMAND FAULT    a fault so many blocks or commands from now (rc-s380)
//     garbage N      what a killed program left behind (rc-s380)
//     count N        blocks on the air so far
//     time N         microseconds so far: of the air, of the card (rc-s380)
#include <dlfcn.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>

#include "emulator/rc_s300.hpp"
#include "emulator/rc_s380.hpp"
#include "emulator/umock_device.hpp"
#include "myna/card_directory.hpp"
#include "myna/hex.hpp"
#include "myna/virtual_card.hpp"

using namespace myna;
using namespace myna::emulator;

namespace {

constexpr const char* kPreload = "libumockdev-preload.so.0";
constexpr const char* kHub =
    "P: /devices/pci0000:00/0000:00:14.0/usb1\nN: bus/usb/001/001\nE: DEVTYPE=usb_device\nE: SUBSYSTEM=usb\nE: BUSNUM=001\nE: DEVNUM=001\n"
    "A: busnum=1\\n\nA: devnum=1\\n\nA: speed=480\\n\nA: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\nA: idVendor=1d6b\\n\nA: idProduct=0002\\n\n"
    "H: descriptors=1201000209000140"  "6B1D020002060302010109021900010100E0000904000001090000000705810304000C\n";

TimePoint now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

// A card of a directory, which nobody else may use while it lies on a reader.
struct LaidCard {
  CardDirectory directory;
  std::shared_ptr<VirtualCard> card;
};

struct Desk {
  std::string kind;
  int port;
  std::unique_ptr<Air> air = std::make_unique<Air>();
  std::unique_ptr<UsbModel> model;
  UmockDevice* device = nullptr;
  std::shared_ptr<LaidCard> laid, waiting;
  PiccOptions next;
};

std::shared_ptr<LaidCard> lay(const std::string& path) {
  auto directory = CardDirectory::open(path);
  if (!directory) return nullptr;
  auto laid = std::make_shared<LaidCard>(LaidCard{*std::move(directory), nullptr});
  auto image = laid->directory.load();
  if (!image) return nullptr;
  auto card = VirtualCard::create(*std::move(image), [raw = laid.get()](const CardImage& changed) { return raw->directory.save_pins(changed); });
  if (!card) return nullptr;
  laid->card = std::make_shared<VirtualCard>(*std::move(card));
  return laid;
}

Chip chip_of(const std::shared_ptr<LaidCard>& laid, Duration signature) {
  return {.power = [laid](bool on) { on ? laid->card->power_on() : laid->card->power_off(); },
          .process = [laid](ByteView apdu) { return laid->card->process(apdu); },
          .time = [signature](ByteView apdu) { return apdu.size() > 1 && apdu[1] == 0x2A ? signature : Duration(1'000); }};
}

class Machine {
 public:
  Machine() : testbed_(umockdev_testbed_new()) {
    if (!umockdev_testbed_add_from_string(testbed_, kHub, nullptr)) std::abort();
  }

  void add(const std::string& kind) {
    Desk desk{.kind = kind, .port = static_cast<int>(desks_.size()) + 1, .model = {}, .device = {}, .laid = {}, .waiting = {}, .next = {}};
    if (kind == "rc-s300") desk.model = std::make_unique<RcS300>();
    else desk.model = std::make_unique<RcS380>(*desk.air);
    desks_.push_back(std::move(desk));
    plug(desks_.back());
  }

  std::string root() const {
    g_autofree gchar* path = umockdev_testbed_get_root_dir(testbed_);
    return path;
  }

  std::string obey(const std::string& line) {
    std::istringstream words(line);
    std::string what;
    std::size_t reader = 0;
    words >> what >> reader;
    if (reader < 1 || reader > desks_.size()) return "no such reader";
    Desk& desk = desks_[reader - 1];
    if (what == "put") return put(desk, words);
    if (what == "take") return change(desk, [](Desk& d) { take(d); });
    if (what == "unplug") return unplug(desk);
    if (what == "plug") return plug(desk);
    if (what == "air" || what == "usb") return fault(desk, what, words);
    if (what == "garbage") return change(desk, [](Desk& d) { static_cast<RcS380&>(*d.model).leave_garbage(now()); });
    if (what == "card") return next_card(desk, words);
    if (what == "swap") return swap(desk, words);
    if (what == "count") return std::to_string(desk.air->blocks());
    if (what == "time") return std::to_string(desk.air->air_time().count()) + " " + std::to_string(desk.air->card_time().count());
    return "what?";
  }

 private:
  template <typename Change>
  std::string change(Desk& desk, Change what) {
    std::unique_lock<std::mutex> lock;
    if (desk.device) lock = desk.device->lock();
    what(desk);
    if (lock) lock.unlock();
    if (desk.device) desk.device->model_changed();
    return "ok";
  }

  static void take(Desk& desk) {
    desk.air->take();
    if (auto* ccid = dynamic_cast<RcS300*>(desk.model.get())) ccid->take();
    desk.model->card_moved(now());
    desk.laid.reset();
    if (desk.waiting) desk.air->plan({});   // it holds the card too
    desk.waiting.reset();
  }

  std::string put(Desk& desk, std::istringstream& words) {
    std::string path;
    long milliseconds = 0;
    words >> path >> milliseconds;
    auto laid = lay(path);
    if (!laid) return "no card there, or in use";
    const Chip chip = chip_of(laid, std::chrono::milliseconds(milliseconds));
    return change(desk, [&](Desk& d) {
      take(d);
      d.laid = laid;
      if (auto* ccid = dynamic_cast<RcS300*>(d.model.get())) ccid->put(chip, *from_hex("3B888001000005E0B381A1007F"));
      else d.air->put(std::make_shared<Picc>(chip, d.next));
      d.model->card_moved(now());
    });
  }

  static std::string next_card(Desk& desk, std::istringstream& words) {
    unsigned waiting = 10, extensions = 0;
    words >> waiting >> extensions;
    desk.next.protocol_info[2] = static_cast<Byte>(waiting << 4 | 1);
    desk.next.extensions = extensions;
    return "ok";
  }

  std::string swap(Desk& desk, std::istringstream& words) {
    unsigned at = 0;
    std::string path;
    words >> at >> path;
    auto other = lay(path);
    if (!other) return "no card there, or in use";
    return change(desk, [&](Desk& d) {
      d.waiting = other;
      const auto card = std::make_shared<Picc>(chip_of(other, Duration(0)), d.next);
      d.air->plan({{d.air->blocks() + at, AirFault::swapped}}, card);
    });
  }

  std::string fault(Desk& desk, const std::string& what, std::istringstream& words) {
    unsigned at = 0, kind = 0;
    words >> at >> kind;
    auto* reader = dynamic_cast<RcS380*>(desk.model.get());
    if (reader == nullptr) return "not on this reader";
    return change(desk, [&](Desk& d) {
      if (what == "air") d.air->plan({{d.air->blocks() + at, static_cast<AirFault>(kind)}});
      else reader->plan({{reader->commands() + at, static_cast<UsbFault>(kind)}});
    });
  }

  std::string plug(Desk& desk) {
    if (!desk.device) {
      desk.model->reset();
      desk.device = new UmockDevice(testbed_, *desk.model, desk.port, next_number_++);   // kept for ever, see there
    }
    return "ok";
  }

  static std::string unplug(Desk& desk) {
    if (desk.device) std::exchange(desk.device, nullptr)->unplug();
    desk.air->field(false);
    return "ok";
  }

  UMockdevTestbed* testbed_;   // never freed: its thread may still have clients (READERS.md 5.1)
  std::vector<Desk> desks_;
  int next_number_ = 2;
};

int listen_on(const std::string& path) {
  const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  if (::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(socket, 4) != 0) return -1;
  return socket;
}

// One line in, one line out, then the connection ends.
void serve_one(int listener, Machine& machine) {
  const int client = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  std::string line;
  char c = 0;
  while (::read(client, &c, 1) == 1 && c != '\n') line += c;
  const std::string answer = machine.obey(line) + "\n";
  (void)!::write(client, answer.data(), answer.size());
  ::close(client);
}

int wait_for(pid_t child, int listener, Machine& machine) {
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) == 0) {
    pollfd waiting{.fd = listener, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, listener < 0 ? 0 : 1, 20) > 0) serve_one(listener, machine);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int argc, char** argv) {
  // Events of the testbed are sent by the preloaded library, so it must be here too.
  if (std::getenv("LD_PRELOAD") == nullptr) {
    ::setenv("LD_PRELOAD", kPreload, 1);
    ::execv("/proc/self/exe", argv);
    return 127;
  }
  Machine machine;
  int listener = -1, at = 1;
  for (; at < argc && std::strcmp(argv[at], "--") != 0; ++at) {
    if (std::strcmp(argv[at], "--control") == 0 && at + 1 < argc) listener = listen_on(argv[++at]);
    else machine.add(argv[at]);
  }
  if (at + 1 >= argc) return 2;
  ::setenv("UMOCKDEV_DIR", machine.root().c_str(), 1);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(argv[at + 1], argv + at + 1);
    ::_exit(127);
  }
  const int code = wait_for(child, listener, machine);
  std::error_code ignored;
  std::filesystem::remove_all(machine.root(), ignored);
  std::fflush(nullptr);
  ::_exit(code);
}

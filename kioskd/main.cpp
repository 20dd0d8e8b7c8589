// SPDX-License-Identifier: Apache-2.0
// myna-kioskd: the kiosk as a service.
#include <fcntl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <fstream>

#include "kioskd/process/hardening.hpp"
#include "kioskd/front/listener.hpp"
#include "kioskd/process/service_log.hpp"
#include "myna/pcsc/pcsc_backend.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "readers/host/ccid_host.hpp"
#include "readers/usb/usb_backend.hpp"
#include "service.hpp"
#include "kioskd/process/service_manager.hpp"
#include "kioskd/front/web_front.hpp"

namespace {

using namespace myna;
using namespace myna::kioskd;

constexpr std::size_t kLeastToken = 32, kMostToken = 256;

struct Failure {
  Complaint complaint;
};

[[noreturn]] void fail_with(const std::string& about, Text text) {
  throw Failure{{about + ": " + std::string(text.en), about + ": " + std::string(text.ja)}};
}

void insist(std::optional<Complaint> complaint) {
  if (complaint) throw Failure{*std::move(complaint)};
}

// Before any thread: all of them inherit it. An end is an event of the loop.
int take_signals() {
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return ::signalfd(-1, &ends, SFD_CLOEXEC);
}

SecretBytes read_token(const std::string& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0) fail_with(file, {"cannot be read", "読み取れません"});
  if ((about.st_mode & 077U) != 0) fail_with(file, {"must be readable by its owner alone (chmod 600)", "所有者だけが読めるようにしてください（chmod 600）"});
  std::ifstream stream(file);
  std::string token;
  std::getline(stream, token);
  if (token.size() < kLeastToken || token.size() > kMostToken) {
    fail_with(file, {"must hold one line of 32 to 256 characters", "32〜256文字の1行でなければなりません"});
  }
  return SecretBytes(as_bytes(token));
}

// Where a marker tells the next process that a PIN may have been left open: with systemd a directory that outlives the service
// (RuntimeDirectory= and RuntimeDirectoryPreserve= of the unit), and nothing else can be written to.
PcscOptions with_runtime_directory() {
  PcscOptions options{.pins_end = aid::kPinsEnd};
  if (const char* directory = std::getenv("RUNTIME_DIRECTORY")) options.runtime_directories = {directory};
  return options;
}

std::unique_ptr<ReaderBackend> make_backend(const std::string& reader) {
  if (reader == "pcsc") return make_pcsc_backend(with_runtime_directory());
  if (reader == "usb:") {
    return std::make_unique<readers::UsbBackend>(
        std::make_shared<readers::UsbReaders>(readers::UsbOptions{.ccid = readers::open_ccid_reader}));
  }
  return std::make_unique<VirtualBackend>(reader.substr(std::string_view("virtual:").size()));
}

std::vector<std::unique_ptr<ReaderBackend>> make_backends(const std::vector<std::string>& readers) {
  std::vector<std::unique_ptr<ReaderBackend>> backends;
  for (const std::string& reader : readers) backends.push_back(make_backend(reader));
  return backends;
}

int open_socket(const Settings& settings) {
  if (const int passed = passed_socket("kiosk"); passed >= 0) return passed;
  const auto listener = listen_on_path(settings.socket);
  if (!listener && listener.error().code == Errc::output_exists) fail_with(settings.socket, {"is in use", "使用中です"});
  if (!listener) fail_with(settings.socket, {"cannot be listened on", "待ち受けできません"});
  return *listener;
}

struct Web {
  SecretBytes token;
  int adopted = -1;
  std::unique_ptr<WebFront> front;
};

Web open_web(const WebSettings& settings) {
  Web web;
  web.token = read_token(settings.token_file);
  int listener = passed_socket("web");
  if (listener < 0 && settings.port == 0) {
    fail_with("[kiosk.web]",
              {"needs a port, or a socket passed by the service manager", "port か、サービス管理から渡されるソケットが必要です"});
  }
  if (listener < 0) {
    const auto own = listen_on_loopback(settings.port);
    if (!own) fail_with("127.0.0.1:" + std::to_string(settings.port), {"cannot be listened on", "待ち受けできません"});
    listener = *own;
  }
  std::array<int, 2> pipe{-1, -1};
  if (::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0) fail_with("pipe", {"failed", "失敗しました"});
  const std::string origin = settings.origin.empty() ? "http://127.0.0.1:" + std::to_string(settings.port) : settings.origin;
  auto front = WebFront::start({.listener = listener, .adopter = pipe[1], .origin = origin, .pages = settings.pages});
  if (!front) fail_with("[kiosk.web]", {"cannot be started", "開始できません"});
  web.adopted = pipe[0];
  web.front = *std::move(front);
  return web;
}

void serve(Settings& settings, int signals) {
  if (settings.lock_memory && !lock_memory()) {
    fail_with("lock-memory", {"memory cannot be locked: raise the limit (LimitMEMLOCK=), or set it to false",
                              "メモリを固定できません。上限（LimitMEMLOCK=）を上げるか、false にしてください"});
  }
  insist(read_trust(settings));
  const int listener = open_socket(settings);
  Web web = settings.web ? open_web(*settings.web) : Web{};
  log_line(settings.kiosk.test_anchors ? "started, trusting the issuers of virtual cards" : "started");
  kiosk::Kiosk kiosk(make_backends(settings.readers), std::move(settings.kiosk));
  Service service(settings, kiosk, std::move(web.token));
  service.run({.listener = listener, .adopted = web.adopted, .signals = signals});
  if (passed_socket("kiosk") < 0) ::unlink(settings.socket.c_str());
  log_line("ended");
}

// Help and version are ours; a complaint repeats what was typed.
int end_early(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
  log_line(error.what());
  return error.get_exit_code();
}

int run(int argc, char** argv) {
  CLI::App app{"The My Number card kiosk as a service: JSON-RPC 2.0 on a Unix socket, and for a browser on the same machine.",
               "myna-kioskd"};
  std::string file, socket;
  std::vector<std::string> readers;
  bool check = false;
  app.add_option("--config", file, "Settings, instead of /etc/myna/myna.toml");
  app.add_option("--socket", socket, "Unix socket, instead of the one of the settings");
  app.add_option("--reader", readers, "pcsc, usb: or virtual:/DIRECTORY, instead of those of the settings");
  app.add_flag("--check", check, "Read the settings, say what is wrong with them, and end");
  app.set_version_flag("--version", MYNA_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return end_early(app, error);
  }

  Settings settings;
  insist(read_settings(file, settings));
  if (!socket.empty()) insist(check_option("--socket", "socket"));
  if (!readers.empty()) insist(check_option("--reader", "readers"));
  if (!socket.empty()) settings.socket = socket;
  if (!readers.empty()) settings.readers = readers;
  insist(check_settings(settings));
  if (check) return 0;
  serve(settings, take_signals());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  forbid_core_dumps();
  try {
    return run(argc, argv);
  } catch (const Failure& failure) {
    log_line(failure.complaint.en);
    log_line(failure.complaint.ja);
    return 2;
  } catch (const std::exception& error) {
    log_line(std::string("internal error: ") + error.what());
    return 8;
  }
}

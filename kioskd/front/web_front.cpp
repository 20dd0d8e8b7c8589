// SPDX-License-Identifier: Apache-2.0
#include "web_front.hpp"

#include <libwebsockets.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <deque>
#include <list>
#include <thread>

#include "client.hpp"
#include "kioskd/process/service_log.hpp"
#include "myna/core/secret.hpp"

namespace myna::kioskd {
namespace {

constexpr std::size_t kMostVisitors = 16;   // connections that are no page (yet): those that fetch files, and those that say nothing
constexpr int kMostDescriptors = 128;       // of them all; two for each page
constexpr int kSeconds = 5;                 // for a page to read what it is sent, and for a request to be complete
constexpr int kSendBuffer = 16 * 1024;      // of the kernel for a connection: what is in it cannot be taken back
constexpr std::size_t kFragment = 4096;     // of a message, taken over from the service when the one before was written

void set_socket(int descriptor, int option, const void* value, socklen_t size) noexcept {
  ::setsockopt(descriptor, SOL_SOCKET, option, value, size);
}

std::string header_of(lws* connection, lws_token_indexes which) {
  std::array<char, 256> text{};
  const int length = lws_hdr_copy(connection, text.data(), static_cast<int>(text.size()), which);
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : std::string();
}

}  // namespace

class WebFront::Inside {
 public:
  // A page, and the service's end of it. The library knows both by their connections alone.
  struct Page {
    lws* connection;
    lws* bridge_side;          // the library's object for our end of the pair; nullptr when the service has hung up
    int bridge;
    SecretBytes incoming{};    // parts of a message
    SecretBytes outgoing{};    // LWS_PRE bytes of room, then lines, or a part of one
    std::size_t sent = 0;      // of what is outgoing
    bool in_message = false;   // a message is half out

    bool has_more() const noexcept { return outgoing.size() > LWS_PRE + sent; }
  };

  explicit Inside(WebOptions options) : options_(std::move(options)), host_(options_.origin.substr(options_.origin.find("//") + 2)) {}
  ~Inside() {
    stopping_ = true;
    if (context_ != nullptr) lws_cancel_service(context_);
    if (thread_.joinable()) thread_.join();
    if (context_ != nullptr) lws_context_destroy(context_);
  }
  Status start();

 private:
  static int on_event(lws* connection, lws_callback_reasons reason, void* user, void* in, size_t length);
  static int on_bridge(lws* connection, lws_callback_reasons reason, void* user, void* in, size_t length);
  static int on_listener(lws* connection, lws_callback_reasons reason, void* user, void* in, size_t length);
  static Inside& of(lws* connection) { return *static_cast<Inside*>(lws_context_user(lws_get_context(connection))); }

  bool is_ours(lws* connection) const { return header_of(connection, WSI_TOKEN_HOST) == host_; }
  bool may_connect(lws* connection) const { return is_ours(connection) && header_of(connection, WSI_TOKEN_ORIGIN) == options_.origin; }
  void admit(int accepted);
  void dismiss(const lws* connection);
  int open(lws* connection);
  void close(std::list<Page>::iterator page);
  static int take(Page& page, char* text, std::size_t length);
  static int put(Page& page);
  static bool fill(Page& page);
  static int fetch(Page& page);
  static void hang_up(Page& page);

  WebOptions options_;
  std::string host_;
  std::thread thread_;
  std::atomic<bool> stopping_ = false;
  lws_context* context_ = nullptr;
  lws_vhost* vhost_ = nullptr;
  std::deque<lws*> visitors_;   // accepted and no page yet, the oldest first
  std::list<Page> pages_;       // of which the service lets one stay
  lws_http_mount mount_{};

 public:
  static const std::array<lws_protocols, 4> kProtocols;
};

const std::array<lws_protocols, 4> WebFront::Inside::kProtocols{{
    {"myna-kiosk", on_event, 0, 4096, 0, nullptr, 0},
    {"bridge", on_bridge, 0, 0, 0, nullptr, 0},
    {"listener", on_listener, 0, 0, 0, nullptr, 0},
    {nullptr, nullptr, 0, 0, 0, nullptr, 0},
}};

Status WebFront::Inside::start() {
  if (host_.empty() || options_.origin.find("//") == std::string::npos) return fail(Errc::invalid_argument);
  lws_set_log_level(0, nullptr);   // it would log headers
  mount_ = {};
  mount_.mountpoint = "/";
  mount_.mountpoint_len = 1;
  mount_.origin = options_.pages.c_str();
  mount_.def = "index.html";
  mount_.origin_protocol = LWSMPRO_FILE;
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = kProtocols.data();
  info.user = this;
  info.gid = -1;
  info.uid = -1;
  info.mounts = options_.pages.empty() ? nullptr : &mount_;
  info.fd_limit_per_thread = kMostDescriptors;
  info.timeout_secs = kSeconds;
  info.keepalive_timeout = kSeconds;
  info.options = LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
  context_ = lws_create_context(&info);
  if (context_ == nullptr) return fail(Errc::storage_failed);
  vhost_ = lws_create_vhost(context_, &info);
  lws_sock_file_fd_type listener{};
  listener.filefd = options_.listener;
  if (vhost_ == nullptr || lws_adopt_descriptor_vhost(vhost_, LWS_ADOPT_RAW_FILE_DESC, listener, "listener", nullptr) == nullptr) {
    return fail(Errc::storage_failed);
  }
  thread_ = std::thread([this] {
    while (!stopping_ && lws_service(context_, 0) >= 0) {}
  });
  return {};
}

int WebFront::Inside::on_listener(lws* connection, lws_callback_reasons reason, void* user, void*, size_t) {
  (void)user;
  // no page may name this protocol
  if (reason != LWS_CALLBACK_RAW_RX_FILE) return reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? 1 : 0;
  Inside& inside = of(connection);
  if (const int accepted = ::accept4(inside.options_.listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK); accepted >= 0) {
    inside.admit(accepted);
  }
  return 0;
}

// The oldest goes first: who keeps a connection open without a word does not keep the page out.
void WebFront::Inside::admit(int accepted) {
  set_socket(accepted, SO_SNDBUF, &kSendBuffer, sizeof(kSendBuffer));
  lws* visitor = lws_adopt_socket_vhost(vhost_, accepted);   // closes it when it is one too many
  if (visitor != nullptr) visitors_.push_back(visitor);
  if (visitors_.size() <= kMostVisitors) return;
  lws_set_timeout(visitors_.front(), PENDING_TIMEOUT_AWAITING_PING, LWS_TO_KILL_ASYNC);
  visitors_.pop_front();
}

void WebFront::Inside::dismiss(const lws* connection) { std::erase(visitors_, connection); }

int WebFront::Inside::on_event(lws* connection, lws_callback_reasons reason, void* user, void* in, size_t length) {
  Inside& inside = of(connection);
  const auto page = std::ranges::find(inside.pages_, connection, &Page::connection);
  const bool known = page != inside.pages_.end();
  switch (reason) {
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION: return inside.is_ours(connection) ? 0 : 1;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
      if (inside.may_connect(connection)) return 0;
      log_line("a page was refused: not the origin of the kiosk");
      return 1;
    case LWS_CALLBACK_ESTABLISHED: inside.dismiss(connection); return inside.open(connection);
    case LWS_CALLBACK_RECEIVE: return known ? take(*page, static_cast<char*>(in), length) : -1;
    case LWS_CALLBACK_SERVER_WRITEABLE: return known ? put(*page) : -1;
    case LWS_CALLBACK_WSI_DESTROY:   // whatever it was
      inside.dismiss(connection);
      if (known) inside.close(page);
      return 0;
    default: return lws_callback_http_dummy(connection, reason, user, in, length);
  }
}

int WebFront::Inside::open(lws* connection) {
  std::array<int, 2> pair{-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) != 0) return -1;
  lws_sock_file_fd_type side{};
  side.filefd = pair[0];
  lws* bridge_side = lws_adopt_descriptor_vhost(vhost_, LWS_ADOPT_RAW_FILE_DESC, side, "bridge", nullptr);
  if (bridge_side != nullptr) pages_.push_back({.connection = connection, .bridge_side = bridge_side, .bridge = pair[0]});
  const bool handed = bridge_side != nullptr && ::write(options_.adopter, &pair[1], sizeof(int)) == sizeof(int);
  if (!handed) ::close(pair[1]);
  return handed ? 0 : -1;
}

void WebFront::Inside::close(std::list<Page>::iterator page) {
  // closes our end
  if (page->bridge_side != nullptr) lws_set_timeout(page->bridge_side, PENDING_TIMEOUT_AWAITING_PING, LWS_TO_KILL_ASYNC);
  pages_.erase(page);
}

// A message is one document; a line end inside would make it two.
int WebFront::Inside::take(Page& page, char* text, std::size_t length) {
  if (page.incoming.size() + length >= kMostLine || std::memchr(text, '\n', length) != nullptr || page.bridge_side == nullptr) return -1;
  page.incoming.append(as_bytes({text, length}));
  wipe(text, length);   // the library's own buffer, which it keeps
  if (lws_is_final_fragment(page.connection) == 0) return 0;
  page.incoming.append(as_bytes("\n"));
  const ByteView line = page.incoming.view();
  const bool sent = ::send(page.bridge, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(line.size());
  page.incoming.clear();
  return sent ? 0 : -1;   // a page that floods faster than the service reads
}

int WebFront::Inside::on_bridge(lws* connection, lws_callback_reasons reason, void* user, void*, size_t) {
  (void)user;
  if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION) return 1;   // no page may name this protocol
  if (reason != LWS_CALLBACK_RAW_CLOSE_FILE && reason != LWS_CALLBACK_RAW_RX_FILE) return 0;
  Inside& inside = of(connection);
  const auto page = std::ranges::find(inside.pages_, connection, &Page::bridge_side);
  if (page == inside.pages_.end()) return -1;   // of a page that has gone
  if (reason == LWS_CALLBACK_RAW_RX_FILE) return fetch(*page);
  hang_up(*page);
  return 0;
}

// False: there is nothing more.
bool WebFront::Inside::fill(Page& page) {
  SecretBytes part{Bytes(kFragment)};
  const ssize_t got = ::recv(page.bridge, const_cast<Byte*>(part.view().data()), part.size(), MSG_DONTWAIT);
  if (got <= 0) return false;
  if (!page.has_more()) {
    page.outgoing = SecretBytes(Bytes(LWS_PRE));
    page.sent = 0;
  }
  page.outgoing.append(part.view().first(static_cast<std::size_t>(got)));
  lws_set_timeout(page.connection, PENDING_TIMEOUT_AWAITING_PING, kSeconds);   // it must read
  lws_callback_on_writable(page.connection);
  return true;
}

// A fragment, and then no other one until it is written: what is taken over cannot be forgotten any more when the card leaves.
int WebFront::Inside::fetch(Page& page) {
  if (!fill(page)) return -1;
  lws_rx_flow_control(page.bridge_side, 0);
  return 0;
}

// A line is a message, of as many fragments as it was fetched in.
int WebFront::Inside::put(Page& page) {
  if (page.has_more()) {
    const ByteView waiting = page.outgoing.view().subspan(LWS_PRE + page.sent);
    const std::size_t newline = as_text(waiting).find('\n'), length = std::min(newline, waiting.size());
    const bool ends = newline != std::string_view::npos;
    const auto kind = static_cast<lws_write_protocol>(lws_write_ws_flags(LWS_WRITE_TEXT, !page.in_message, ends));
    if (lws_write(page.connection, const_cast<Byte*>(waiting.data()), length, kind) < static_cast<int>(length)) return -1;
    page.in_message = !ends;
    page.sent += length + (ends ? 1 : 0);
  }
  if (page.has_more()) {
    lws_callback_on_writable(page.connection);
    return 0;
  }
  page.outgoing.clear();
  page.sent = 0;
  if (page.bridge_side == nullptr) return -1;   // the last word was said
  lws_set_timeout(page.connection, NO_PENDING_TIMEOUT, 0);
  lws_rx_flow_control(page.bridge_side, 1 | LWS_RXFLOW_REASON_FLAG_PROCESS_NOW);
  return 0;
}

// The service has hung up: its last words are sent, if they are whole. Otherwise a card has left in the middle of its data, and what the
// kernel still holds of that is dropped, too (socket(7), SO_LINGER).
void WebFront::Inside::hang_up(Page& page) {
  while (fill(page)) {}
  page.bridge_side = nullptr;
  const bool whole = page.has_more() ? page.outgoing.view().back() == '\n' : !page.in_message;
  if (whole && page.has_more()) return;
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  if (!whole) set_socket(lws_get_socket_fd(page.connection), SO_LINGER, &at_once, sizeof(at_once));
  lws_set_timeout(page.connection, PENDING_TIMEOUT_AWAITING_PING, LWS_TO_KILL_ASYNC);
}

Result<std::unique_ptr<WebFront>> WebFront::start(WebOptions options) {
  auto inside = std::make_unique<Inside>(std::move(options));
  MYNA_CHECK(inside->start());
  return std::unique_ptr<WebFront>(new WebFront(std::move(inside)));
}

WebFront::WebFront(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
WebFront::~WebFront() = default;

}  // namespace myna::kioskd

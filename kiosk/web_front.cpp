// SPDX-License-Identifier: Apache-2.0
#include "kiosk/web_front.hpp"

#include <libwebsockets.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "kiosk/client.hpp"
#include "kiosk/log.hpp"
#include "myna/secret.hpp"

namespace myna::kioskd {
namespace {

constexpr int kMostConnections = 16;    // with those that only fetch files
constexpr int kSeconds = 5;             // for a page to read what it is sent, and for a request to be complete

std::string header_of(lws* connection, lws_token_indexes which) {
  std::array<char, 256> text{};
  const int length = lws_hdr_copy(connection, text.data(), static_cast<int>(text.size()), which);
  return length > 0 ? std::string(text.data(), static_cast<std::size_t>(length)) : std::string();
}

// What the library keeps for each page.
struct Page {
  int bridge;         // our end of the pair
  lws* bridge_side;   // the library's object for it
};

}  // namespace

class WebFront::Inside {
 public:
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
  bool may_connect(lws* connection) const;
  int open(lws* connection, Page& page);
  void close(Page& page);
  int take(lws* connection, Page& page, char* text, std::size_t length);
  int put(lws* connection);
  int fetch();

  WebOptions options_;
  std::string host_;
  std::thread thread_;
  std::atomic<bool> stopping_ = false;
  lws_context* context_ = nullptr;
  lws_vhost* vhost_ = nullptr;
  lws* page_ = nullptr;          // the one page
  Page* page_state_ = nullptr;
  SecretBytes incoming_;         // parts of a message
  SecretBytes outgoing_;         // LWS_PRE bytes of room, then lines that are to be sent
  lws_http_mount mount_{};

 public:
  static const std::array<lws_protocols, 4> kProtocols;
};

const std::array<lws_protocols, 4> WebFront::Inside::kProtocols{{
    {"myna-kiosk", on_event, sizeof(Page), 4096, 0, nullptr, 0},
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
  info.fd_limit_per_thread = kMostConnections;
  info.timeout_secs = kSeconds;
  info.keepalive_timeout = kSeconds;
  info.options = LWS_SERVER_OPTION_HTTP_HEADERS_SECURITY_BEST_PRACTICES_ENFORCE | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
  context_ = lws_create_context(&info);
  if (context_ == nullptr) return fail(Errc::storage_failed);
  vhost_ = lws_create_vhost(context_, &info);
  lws_sock_file_fd_type listener{};
  listener.filefd = options_.listener;
  if (vhost_ == nullptr || lws_adopt_descriptor_vhost(vhost_, LWS_ADOPT_RAW_FILE_DESC, listener, "listener", nullptr) == nullptr) return fail(Errc::storage_failed);
  thread_ = std::thread([this] {
    while (!stopping_ && lws_service(context_, 0) >= 0) {}
  });
  return {};
}

int WebFront::Inside::on_listener(lws* connection, lws_callback_reasons reason, void* user, void*, size_t) {
  (void)user;
  if (reason != LWS_CALLBACK_RAW_RX_FILE) return reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION ? 1 : 0;   // no page may name this protocol
  Inside& inside = of(connection);
  const int accepted = ::accept4(inside.options_.listener, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (accepted >= 0) lws_adopt_socket_vhost(inside.vhost_, accepted);   // closes it when it is one too many
  return 0;
}

bool WebFront::Inside::may_connect(lws* connection) const {
  return page_ == nullptr && is_ours(connection) && header_of(connection, WSI_TOKEN_ORIGIN) == options_.origin;
}

int WebFront::Inside::on_event(lws* connection, lws_callback_reasons reason, void* user, void* in, size_t length) {
  auto* page = static_cast<Page*>(user);
  switch (reason) {
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION: return of(connection).is_ours(connection) ? 0 : 1;
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
      if (of(connection).may_connect(connection)) return 0;
      log_line("a page was refused: not the origin of the kiosk, or one is connected already");
      return 1;
    case LWS_CALLBACK_ESTABLISHED: return of(connection).open(connection, *page);
    case LWS_CALLBACK_RECEIVE: return of(connection).take(connection, *page, static_cast<char*>(in), length);
    case LWS_CALLBACK_SERVER_WRITEABLE: return of(connection).put(connection);
    case LWS_CALLBACK_CLOSED: of(connection).close(*page); return 0;
    default: return lws_callback_http_dummy(connection, reason, user, in, length);
  }
}

int WebFront::Inside::open(lws* connection, Page& page) {
  std::array<int, 2> pair{-1, -1};
  page = {.bridge = -1, .bridge_side = nullptr};
  if (page_ != nullptr || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair.data()) != 0) return -1;
  page_ = connection;
  page_state_ = &page;
  page.bridge = pair[0];
  lws_sock_file_fd_type side{};
  side.filefd = pair[0];
  page.bridge_side = lws_adopt_descriptor_vhost(vhost_, LWS_ADOPT_RAW_FILE_DESC, side, "bridge", nullptr);
  const bool handed = page.bridge_side != nullptr && ::write(options_.adopter, &pair[1], sizeof(int)) == sizeof(int);
  if (!handed) ::close(pair[1]);
  return handed ? 0 : -1;
}

void WebFront::Inside::close(Page& page) {
  if (page_state_ != &page) return;
  if (page.bridge_side != nullptr) lws_set_timeout(page.bridge_side, PENDING_TIMEOUT_AWAITING_PING, LWS_TO_KILL_ASYNC);   // closes our end
  page_ = nullptr;
  page_state_ = nullptr;
  incoming_.clear();
  outgoing_.clear();
}

// A message is one document; a line end inside would make it two.
int WebFront::Inside::take(lws* connection, Page& page, char* text, std::size_t length) {
  if (incoming_.size() + length >= kMostLine || std::memchr(text, '\n', length) != nullptr) return -1;
  incoming_.append(as_bytes({text, length}));
  wipe(text, length);   // the library's own buffer, which it keeps
  if (lws_is_final_fragment(connection) == 0) return 0;
  incoming_.append(as_bytes("\n"));
  const ByteView line = incoming_.view();
  const bool sent = ::send(page.bridge, line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(line.size());
  incoming_.clear();
  return sent ? 0 : -1;   // a page that floods faster than the service reads
}

int WebFront::Inside::on_bridge(lws* connection, lws_callback_reasons reason, void* user, void*, size_t) {
  (void)user;
  if (reason == LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION) return 1;   // no page may name this protocol
  if (reason != LWS_CALLBACK_RAW_CLOSE_FILE && reason != LWS_CALLBACK_RAW_RX_FILE) return 0;
  Inside& inside = of(connection);
  if (inside.page_state_ == nullptr || inside.page_state_->bridge_side != connection) return -1;   // of a page that has gone
  if (reason == LWS_CALLBACK_RAW_RX_FILE) return inside.fetch();
  inside.page_state_->bridge_side = nullptr;
  lws_set_timeout(inside.page_, PENDING_TIMEOUT_AWAITING_PING, LWS_TO_KILL_ASYNC);
  return 0;
}

// What is taken over cannot be forgotten any more when the card leaves, so the page must read it in time.
int WebFront::Inside::fetch() {
  SecretBytes part{Bytes(kMostLine)};
  const ssize_t got = ::recv(page_state_->bridge, const_cast<Byte*>(part.view().data()), part.size(), MSG_DONTWAIT);
  if (got <= 0) return got < 0 && errno == EAGAIN ? 0 : -1;
  if (outgoing_.empty()) {
    outgoing_ = SecretBytes(Bytes(LWS_PRE));
    lws_set_timeout(page_, PENDING_TIMEOUT_AWAITING_PING, kSeconds);   // it must read
  }
  if (outgoing_.size() > kMostWaiting) return -1;
  outgoing_.append(part.view().first(static_cast<std::size_t>(got)));
  lws_callback_on_writable(page_);
  return 0;
}

// The first whole line as one message.
int WebFront::Inside::put(lws* connection) {
  if (connection != page_ || outgoing_.size() <= LWS_PRE) return 0;
  const ByteView waiting = outgoing_.view().subspan(LWS_PRE);
  const std::string_view text = as_text(waiting);
  const std::size_t length = text.find('\n');
  if (length == std::string_view::npos) return 0;
  SecretBytes rest{Bytes(LWS_PRE)};
  rest.append(waiting.subspan(length + 1));
  if (lws_write(connection, const_cast<Byte*>(waiting.data()), length, LWS_WRITE_TEXT) < static_cast<int>(length)) return -1;
  outgoing_.clear();
  if (rest.size() > LWS_PRE) outgoing_ = std::move(rest);
  if (outgoing_.empty()) lws_set_timeout(connection, NO_PENDING_TIMEOUT, 0);
  else lws_callback_on_writable(connection);
  return 0;
}

Result<std::unique_ptr<WebFront>> WebFront::start(WebOptions options) {
  auto inside = std::make_unique<Inside>(std::move(options));
  MYNA_CHECK(inside->start());
  return std::unique_ptr<WebFront>(new WebFront(std::move(inside)));
}

WebFront::WebFront(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
WebFront::~WebFront() = default;

}  // namespace myna::kioskd

// SPDX-License-Identifier: Apache-2.0
#include "myna/core/descriptor.hpp"
#include "myna/virtual/fault_script.hpp"
#include "myna/virtual/vpcd_link.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace myna {
namespace {

enum Control : Byte { kPowerOff = 0, kPowerOn = 1, kReset = 2, kAtr = 4 };

// A byte stream that a stop request interrupts.
class Connection {
 public:
  Connection(int socket, int stop_event) noexcept : socket_(socket), stop_event_(stop_event) {}

  // cancelled when stop was requested; no_service when the other side closed between two frames, link_lost within one.
  Status read(std::span<Byte> out, bool may_end) {
    std::size_t have = 0;
    while (have < out.size()) {
      acknowledge_at_once();
      MYNA_CHECK(wait_readable());
      const ssize_t count = ::recv(socket_, out.data() + have, out.size() - have, 0);
      if (count < 0 && errno == EINTR) continue;
      if (count == 0 && have == 0 && may_end) return fail(Errc::no_service);
      if (count <= 0) return fail_native(Errc::link_lost, errno);
      have += static_cast<std::size_t>(count);
    }
    return {};
  }

  Status write(ByteView data) {
    while (!data.empty()) {
      const ssize_t count = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return fail_native(Errc::link_lost, errno);
      data = data.subspan(static_cast<std::size_t>(count));
    }
    return {};
  }

 private:
  // vpcd sends length and command apart, and its kernel holds the second back until the first is acknowledged: 40 ms for
  // each command otherwise. The kernel forgets the option again (tcp(7)).
  void acknowledge_at_once() const {
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
  }

  Status wait_readable() {
    std::array<pollfd, 2> waits{pollfd{socket_, POLLIN, 0}, pollfd{stop_event_, POLLIN, 0}};
    while (::poll(waits.data(), waits.size(), -1) < 0) {
      if (errno != EINTR) return fail_native(Errc::link_lost, errno);
    }
    return (waits[1].revents & POLLIN) != 0 ? Status{fail(Errc::cancelled)} : Status{};
  }

  int socket_;
  int stop_event_;
};

Status connect_to(int socket, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail_native(Errc::no_service, errno);
  }
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {};
}

Status send_frame(Connection& connection, ByteView data) {
  Bytes frame{static_cast<Byte>(data.size() >> 8), static_cast<Byte>(data.size())};
  append(frame, data);
  return connection.write(frame);
}

Status control(Connection& connection, VirtualCard& card, Byte what) {
  if (what == kAtr) return send_frame(connection, card.atr());
  if (what == kPowerOff) card.power_off();
  if (what == kPowerOn && !card.powered()) card.power_on();
  if (what == kReset) card.warm_reset();
  return {};
}

// A reader cannot tell of a reset by somebody else; the card has lost its state, and the next answers show it.
Status send_played(Connection& connection, const Played& played) {
  if (played.end == Played::End::removed) return fail(Errc::card_removed);
  return send_frame(connection, played.answer);
}

Status serve_frame(Connection& connection, VirtualCard& card, FaultPlayer& player, const VpcdEvents& events) {
  std::array<Byte, 2> length{};
  MYNA_CHECK(connection.read(length, true));
  Bytes body(static_cast<std::size_t>(length[0] << 8 | length[1]));
  MYNA_CHECK(connection.read(body, false));
  if (body.size() == 1) return control(connection, card, body[0]);
  const Played played = player.play(body);
  if (events.exchanged) events.exchanged(body, played.answer);
  return send_played(connection, played);
}

}  // namespace

Status serve_vpcd(VirtualCard& card, std::uint16_t port, std::stop_token stop, const VpcdEvents& events) {
  const Descriptor stop_event(::eventfd(0, EFD_CLOEXEC));
  const std::stop_callback wake(stop, [&stop_event] { ::eventfd_write(stop_event.get(), 1); });
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  MYNA_CHECK(connect_to(socket.get(), port));
  if (events.inserted) events.inserted();
  Connection connection(socket.get(), stop_event.get());
  FaultPlayer player(card, card.image().faults, card.image().latency, events.fault);
  Status served;
  while ((served = serve_frame(connection, card, player, events))) {
  }
  card.power_off();
  const Errc why = served.error().code;
  const bool orderly = why == Errc::cancelled || why == Errc::no_service || why == Errc::card_removed;
  return orderly ? Status{} : served;
}

}  // namespace myna

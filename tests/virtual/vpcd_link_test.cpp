// SPDX-License-Identifier: Apache-2.0
// The vsmartcard protocol against a vpcd made of a socket.
#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include "myna/virtual/vpcd_link.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

namespace {

class FakeVpcd {
 public:
  FakeVpcd() : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listener_, 1) == 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~FakeVpcd() {
    hang_up();
    ::close(listener_);
  }
  FakeVpcd(const FakeVpcd&) = delete;
  FakeVpcd& operator=(const FakeVpcd&) = delete;

  std::uint16_t port() const { return port_; }
  void accept() { connection_ = ::accept(listener_, nullptr, nullptr); }
  void hang_up() {
    if (connection_ >= 0) ::close(std::exchange(connection_, -1));
  }
  void send_raw(const Bytes& bytes) {
    REQUIRE(::send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  }
  void send(const Bytes& body) {
    Bytes frame{static_cast<Byte>(body.size() >> 8), static_cast<Byte>(body.size())};
    append(frame, body);
    send_raw(frame);
  }
  std::string receive() {
    Bytes head(2);
    REQUIRE(::recv(connection_, head.data(), 2, MSG_WAITALL) == 2);
    Bytes body(static_cast<std::size_t>(head[0] << 8 | head[1]));
    REQUIRE(::recv(connection_, body.data(), body.size(), MSG_WAITALL) == static_cast<ssize_t>(body.size()));
    return to_hex(body);
  }

 private:
  int listener_;
  int connection_ = -1;
  std::uint16_t port_ = 0;
};

struct Served {
  Served() : card(must(VirtualCard::create(card_image()))) {
    result = std::async(std::launch::async, [this] { return serve_vpcd(card, vpcd.port(), stop.get_token()); });
    vpcd.accept();
  }
  ~Served() { stop.request_stop(); }
  FakeVpcd vpcd;
  VirtualCard card;
  std::stop_source stop;
  std::future<Status> result;
};

}  // namespace

TEST_CASE("power, ATR, reset and commands") {
  Served served;
  served.vpcd.send({4});
  CHECK(served.vpcd.receive() == to_hex(card_image().atr));
  served.vpcd.send(must(from_hex("00200098")));
  CHECK(served.vpcd.receive() == "6F00");   // not powered yet
  served.vpcd.send({1});
  served.vpcd.send(must(from_hex("00A4040C0AD392F000260100000001")));
  CHECK(served.vpcd.receive() == "9000");
  served.vpcd.send({2});
  served.vpcd.send(must(from_hex("00200098")));
  CHECK(served.vpcd.receive() == "6A82");   // a warm reset went back to the issuer domain
  served.vpcd.send({});
  CHECK(served.vpcd.receive() == "6700");
  served.stop.request_stop();
  CHECK(served.result.get());
}

TEST_CASE("the driver hanging up is an orderly end, hanging up inside a frame is not") {
  const bool inside = GENERATE(false, true);
  Served served;
  if (inside) served.vpcd.send_raw({0x00, 0x10, 0x00});
  served.vpcd.hang_up();
  CHECK(served.result.get().has_value() == !inside);
}

TEST_CASE("nobody listens") {
  auto card = must(VirtualCard::create(card_image()));
  std::uint16_t closed = 0;
  {
    const FakeVpcd gone;
    closed = gone.port();
  }
  CHECK(serve_vpcd(card, closed, {}).error().code == Errc::no_service);
}

// SPDX-License-Identifier: Apache-2.0
// A USB port of a QEMU guest, to be plugged with an emulated reader: the host side of the usbredir protocol, on a unix socket to which QEMU
// connects (-chardev socket, -device usb-redir).
#pragma once

#include <usbredirparser.h>

#include <map>
#include <memory>
#include <string>

#include "tests/readers/emulator/event_loop.hpp"

namespace myna::emulator {

class RedirPort final : public Attachment, public EventSource {
 public:
  explicit RedirPort(const std::string& socket_path) : listener_(listen_on(socket_path)) {}

  void plug(UsbModel& model);
  void unplug() override;
  void model_changed() override {}   // serve() looks by itself

  void watch(std::vector<pollfd>& descriptors) const override;
  TimePoint next(TimePoint otherwise) const override;
  void serve() override;

 private:
  struct Destroy {
    void operator()(usbredirparser* parser) const { usbredirparser_destroy(parser); }
  };
  struct Pending {
    std::uint64_t id;
    usb_redir_bulk_packet_header header;
  };
  static std::size_t length_of(const usb_redir_bulk_packet_header& header) {
    return header.length | static_cast<std::size_t>(header.length_high) << 16U;
  }

  void start_parser();
  void listen_to_the_host();
  void listen_to_settings();
  void listen_to_transfers();
  void announce();
  void hang_up();
  void deliver();
  void on_control(std::uint64_t id, usb_redir_control_packet_header header);
  void on_bulk(std::uint64_t id, const usb_redir_bulk_packet_header& header, ByteView data);
  void on_cancel(std::uint64_t id);
  void answer_bulk(const Pending& packet, Byte status, ByteView data);

  // The parser calls C functions; each finds its port here.
  static RedirPort& self(void* port) { return *static_cast<RedirPort*>(port); }

  int listener_, connection_ = -1;
  std::unique_ptr<usbredirparser, Destroy> parser_;
  UsbModel* model_ = nullptr;
  bool greeted_ = false;     // their hello has come
  bool announced_ = false;   // they know of the device
  bool leaving_ = false;     // they have not yet said that the last device has left
  std::map<Byte, std::vector<Pending>> reads_;   // of bulk IN endpoints
  std::map<Byte, std::uint64_t> interrupts_;     // endpoints that are listened to, and the number of the next packet
};

}  // namespace myna::emulator

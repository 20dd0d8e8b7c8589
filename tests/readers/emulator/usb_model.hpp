// SPDX-License-Identifier: Apache-2.0
// A USB device in software: descriptors and endpoints. It is told the time, so it runs on a virtual clock as well as on a real one.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "myna/core/bytes.hpp"
#include "readers/core/clock.hpp"

namespace myna::emulator {

using readers::Duration;
using readers::TimePoint;

class UsbModel {
 public:
  struct Identity {
    std::uint16_t vendor, product;
    std::string manufacturer, name, serial;
    Bytes configuration;   // descriptor with all interfaces and endpoints
  };

  explicit UsbModel(Identity identity) : identity_(std::move(identity)) {}
  UsbModel(const UsbModel&) = delete;
  UsbModel& operator=(const UsbModel&) = delete;
  virtual ~UsbModel() = default;

  const Identity& identity() const { return identity_; }
  Bytes device_descriptor() const;
  // A control transfer with data to the host; nothing means STALL.
  std::optional<Bytes> control_in(Byte type, Byte request, std::uint16_t value, std::size_t length) const;

  // One bulk transfer to the device; a transfer of whole packets needs an empty one behind it, as on the wire.
  void out(Byte endpoint, ByteView data, TimePoint now);
  // When the next transfer of an IN endpoint is ready; nothing: not before something else happens.
  std::optional<TimePoint> ready_at(Byte endpoint) const;
  Bytes take(Byte endpoint);

  bool halted() const { return halted_; }
  void clear_halt() { halted_ = false; }
  // What a USB reset does.
  void reset();
  // A card came or went: for readers that tell.
  virtual void card_moved(TimePoint) {}

 protected:
  virtual void received(Byte endpoint, Bytes transfer, TimePoint now) = 0;
  virtual void on_reset() = 0;
  void send(Byte endpoint, Bytes data, TimePoint ready);
  void forget(Byte endpoint) { queues_[endpoint].clear(); }

  bool halted_ = false;

 private:
  struct Packet {
    TimePoint ready;
    Bytes data;
  };
  Identity identity_;
  std::map<Byte, std::deque<Packet>> queues_;
  std::map<Byte, Bytes> partial_;
};

}  // namespace myna::emulator

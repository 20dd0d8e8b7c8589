// SPDX-License-Identifier: Apache-2.0
#include "redir_port.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>

namespace myna::emulator {
namespace {

constexpr Byte kIn = 0x80, kEndpointRequest = 0x02, kClearFeature = 1;

Byte* writable(ByteView data) { return const_cast<Byte*>(data.data()); }   // the library copies it

// What the configuration descriptor says, in the words of usbredir: 32 rows, OUT endpoints first.
struct Layout {
  usb_redir_interface_info_header interfaces{};
  usb_redir_ep_info_header endpoints{};
};

Layout layout_of(const Bytes& c) {
  constexpr Byte kInterface = 4, kEndpoint = 5;
  Layout layout;
  std::ranges::fill(layout.endpoints.type, static_cast<std::uint8_t>(usb_redir_type_invalid));
  layout.endpoints.type[0] = layout.endpoints.type[16] = usb_redir_type_control;
  layout.endpoints.max_packet_size[0] = layout.endpoints.max_packet_size[16] = 64;
  for (std::size_t at = 0; at + 7 <= c.size(); at += std::max<std::size_t>(1, c[at])) {
    const std::uint32_t count = layout.interfaces.interface_count;
    if (c[at + 1] == kInterface) {
      layout.interfaces.interface[count] = c[at + 2];
      layout.interfaces.interface_class[count] = c[at + 5];
      layout.interfaces.interface_subclass[count] = c[at + 6];
      layout.interfaces.interface_protocol[count] = c[at + 7];
      layout.interfaces.interface_count = count + 1;
    } else if (c[at + 1] == kEndpoint && count > 0) {
      const std::size_t row = (c[at + 2] & 0x0FU) | (c[at + 2] & kIn) >> 3U;
      layout.endpoints.type[row] = c[at + 3] & 3U;
      layout.endpoints.interval[row] = c[at + 6];
      layout.endpoints.interface[row] = layout.interfaces.interface[count - 1];
      layout.endpoints.max_packet_size[row] = static_cast<std::uint16_t>(c[at + 4] | c[at + 5] << 8);
    }
  }
  return layout;
}

}  // namespace

void RedirPort::plug(UsbModel& model) {
  model_ = &model;
  announce();
}

void RedirPort::unplug() {
  model_ = nullptr;
  reads_.clear();
  interrupts_.clear();
  if (std::exchange(announced_, false)) {
    usbredirparser_send_device_disconnect(parser_.get());
    leaving_ = true;
  }
}

void RedirPort::announce() {
  if (model_ == nullptr || !greeted_ || announced_ || leaving_) return;
  Layout layout = layout_of(model_->identity().configuration);
  const Bytes d = model_->device_descriptor();
  usb_redir_device_connect_header connect{usb_redir_speed_full, d[4], d[5], d[6], model_->identity().vendor, model_->identity().product,
                                          static_cast<std::uint16_t>(d[12] | d[13] << 8)};
  usbredirparser_send_interface_info(parser_.get(), &layout.interfaces);
  usbredirparser_send_ep_info(parser_.get(), &layout.endpoints);
  usbredirparser_send_device_connect(parser_.get(), &connect);
  announced_ = true;
}

void RedirPort::start_parser() {
  parser_.reset(usbredirparser_create());
  parser_->priv = this;
  parser_->log_func = [](void*, int level, const char* message) {
    if (level <= usbredirparser_warning) std::fprintf(stderr, "usbredir: %s\n", message);
  };
  parser_->read_func = [](void* port, std::uint8_t* data, int count) {
    const ssize_t size = ::recv(self(port).connection_, data, static_cast<std::size_t>(count), MSG_DONTWAIT);
    if (size < 0 && errno == EAGAIN) return 0;
    return size > 0 ? static_cast<int>(size) : -1;
  };
  parser_->write_func = [](void* port, std::uint8_t* data, int count) {
    const ssize_t size = ::send(self(port).connection_, data, static_cast<std::size_t>(count), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size < 0 && errno == EAGAIN) return 0;
    return size >= 0 ? static_cast<int>(size) : -1;
  };
  listen_to_the_host();
  listen_to_settings();
  listen_to_transfers();
  std::array<std::uint32_t, USB_REDIR_CAPS_SIZE> caps{};
  for (const int cap : {usb_redir_cap_connect_device_version, usb_redir_cap_device_disconnect_ack, usb_redir_cap_ep_info_max_packet_size,
                        usb_redir_cap_64bits_ids, usb_redir_cap_32bits_bulk_length}) {
    usbredirparser_caps_set_cap(caps.data(), cap);
  }
  usbredirparser_init(parser_.get(), "emulated reader", caps.data(), USB_REDIR_CAPS_SIZE, usbredirparser_fl_usb_host);
}

void RedirPort::listen_to_the_host() {
  parser_->hello_func = [](void* port, usb_redir_hello_header*) {
    self(port).greeted_ = true;
    self(port).announce();
  };
  parser_->device_disconnect_ack_func = [](void* port) {
    self(port).leaving_ = false;
    self(port).announce();
  };
  parser_->reset_func = [](void* port) {
    if (self(port).model_ != nullptr) self(port).model_->reset();
  };
}

void RedirPort::listen_to_settings() {
  parser_->set_configuration_func = [](void* port, std::uint64_t id, usb_redir_set_configuration_header* set) {
    usb_redir_configuration_status_header status{usb_redir_success, set->configuration};
    usbredirparser_send_configuration_status(self(port).parser_.get(), id, &status);
  };
  parser_->get_configuration_func = [](void* port, std::uint64_t id) {
    usb_redir_configuration_status_header status{usb_redir_success, 1};
    usbredirparser_send_configuration_status(self(port).parser_.get(), id, &status);
  };
  parser_->set_alt_setting_func = [](void* port, std::uint64_t id, usb_redir_set_alt_setting_header* set) {
    usb_redir_alt_setting_status_header status{set->alt == 0 ? Byte{usb_redir_success} : Byte{usb_redir_stall}, set->interface, 0};
    usbredirparser_send_alt_setting_status(self(port).parser_.get(), id, &status);
  };
  parser_->get_alt_setting_func = [](void* port, std::uint64_t id, usb_redir_get_alt_setting_header* get) {
    usb_redir_alt_setting_status_header status{usb_redir_success, get->interface, 0};
    usbredirparser_send_alt_setting_status(self(port).parser_.get(), id, &status);
  };
}

void RedirPort::listen_to_transfers() {
  parser_->start_interrupt_receiving_func = [](void* port, std::uint64_t id, usb_redir_start_interrupt_receiving_header* start) {
    self(port).interrupts_.try_emplace(start->endpoint, 0);
    usb_redir_interrupt_receiving_status_header status{usb_redir_success, start->endpoint};
    usbredirparser_send_interrupt_receiving_status(self(port).parser_.get(), id, &status);
  };
  parser_->stop_interrupt_receiving_func = [](void* port, std::uint64_t id, usb_redir_stop_interrupt_receiving_header* stop) {
    self(port).interrupts_.erase(stop->endpoint);
    usb_redir_interrupt_receiving_status_header status{usb_redir_success, stop->endpoint};
    usbredirparser_send_interrupt_receiving_status(self(port).parser_.get(), id, &status);
  };
  parser_->cancel_data_packet_func = [](void* port, std::uint64_t id) { self(port).on_cancel(id); };
  parser_->control_packet_func = [](void* port, std::uint64_t id, usb_redir_control_packet_header* header, std::uint8_t* data, int) {
    usbredirparser_free_packet_data(self(port).parser_.get(), data);
    self(port).on_control(id, *header);
  };
  parser_->bulk_packet_func = [](void* port, std::uint64_t id, usb_redir_bulk_packet_header* header, std::uint8_t* data, int size) {
    self(port).on_bulk(id, *header, ByteView(data, static_cast<std::size_t>(size)));
    usbredirparser_free_packet_data(self(port).parser_.get(), data);
  };
}

void RedirPort::watch(std::vector<pollfd>& descriptors) const {
  descriptors.push_back({.fd = listener_, .events = POLLIN, .revents = 0});
  if (connection_ < 0) return;
  const bool more = usbredirparser_has_data_to_write(parser_.get()) > 0;
  descriptors.push_back({.fd = connection_, .events = static_cast<short>(more ? POLLIN | POLLOUT : POLLIN), .revents = 0});
}

TimePoint RedirPort::next(TimePoint otherwise) const {
  if (model_ == nullptr) return otherwise;
  const auto look = [&](Byte endpoint) {
    if (const auto ready = model_->ready_at(endpoint)) otherwise = std::min(otherwise, *ready);
  };
  for (const auto& [endpoint, waiting] : reads_) {
    if (!waiting.empty()) look(endpoint);
  }
  for (const auto& [endpoint, number] : interrupts_) look(endpoint);
  return otherwise;
}

void RedirPort::serve() {
  if (connection_ < 0 && (connection_ = accept_from(listener_)) >= 0) start_parser();
  if (connection_ < 0) return;
  if (usbredirparser_do_read(parser_.get()) == usbredirparser_read_io_error) return hang_up();
  deliver();
  if (usbredirparser_has_data_to_write(parser_.get()) > 0 && usbredirparser_do_write(parser_.get()) != 0) hang_up();
}

void RedirPort::hang_up() {
  ::close(std::exchange(connection_, -1));
  parser_.reset();
  greeted_ = announced_ = leaving_ = false;
  reads_.clear();
  interrupts_.clear();
}

// Transfers to the host whose time has come.
void RedirPort::deliver() {
  if (model_ == nullptr) return;
  const auto due = [this](Byte endpoint) {
    const auto ready = model_->ready_at(endpoint);
    return ready && *ready <= now();
  };
  for (auto& [endpoint, waiting] : reads_) {
    while (!waiting.empty() && (model_->halted() || due(endpoint))) {
      const Pending packet = waiting.front();
      waiting.erase(waiting.begin());
      if (model_->halted()) {
        answer_bulk(packet, usb_redir_stall, {});
        continue;
      }
      const Bytes data = model_->take(endpoint);
      const bool fits = data.size() <= length_of(packet.header);
      answer_bulk(packet, fits ? usb_redir_success : usb_redir_babble, fits ? ByteView(data) : ByteView{});
    }
  }
  for (auto& [endpoint, number] : interrupts_) {
    while (due(endpoint)) {
      const Bytes data = model_->take(endpoint);
      usb_redir_interrupt_packet_header header{endpoint, usb_redir_success, static_cast<std::uint16_t>(data.size())};
      usbredirparser_send_interrupt_packet(parser_.get(), number++, &header, writable(data), static_cast<int>(data.size()));
    }
  }
}

void RedirPort::on_control(std::uint64_t id, usb_redir_control_packet_header header) {
  std::optional<Bytes> answer;
  const bool in = (header.requesttype & kIn) != 0;
  if (model_ != nullptr && in) answer = model_->control_in(header.requesttype, header.request, header.value, header.length);
  if (model_ != nullptr && !in && header.requesttype == kEndpointRequest && header.request == kClearFeature) {
    model_->clear_halt();
    answer = Bytes{};
  }
  header.status = answer ? usb_redir_success : usb_redir_stall;
  header.length = static_cast<std::uint16_t>(answer ? answer->size() : 0);
  usbredirparser_send_control_packet(parser_.get(), id, &header, answer ? answer->data() : nullptr, header.length);
}

void RedirPort::on_bulk(std::uint64_t id, const usb_redir_bulk_packet_header& header, ByteView data) {
  if (model_ == nullptr) return answer_bulk({id, header}, usb_redir_ioerror, {});
  if ((header.endpoint & kIn) != 0) return reads_[header.endpoint].push_back({id, header});
  if (!model_->halted()) model_->out(header.endpoint, data, now());
  answer_bulk({id, header}, model_->halted() ? usb_redir_stall : usb_redir_success, {});
}

// An answer to an OUT packet tells how much was taken, without data.
void RedirPort::answer_bulk(const Pending& packet, Byte status, ByteView data) {
  auto header = packet.header;
  const bool in = (header.endpoint & kIn) != 0;
  const std::size_t size = in ? data.size() : status == usb_redir_success ? length_of(header) : 0;
  header.status = status;
  header.length = static_cast<std::uint16_t>(size);
  header.length_high = static_cast<std::uint16_t>(size >> 16);
  usbredirparser_send_bulk_packet(parser_.get(), packet.id, &header, data.empty() ? nullptr : writable(data),
                                  static_cast<int>(data.size()));
}

void RedirPort::on_cancel(std::uint64_t id) {
  for (auto& [endpoint, waiting] : reads_) {
    const auto packet = std::ranges::find(waiting, id, &Pending::id);
    if (packet == waiting.end()) continue;
    answer_bulk(*packet, usb_redir_cancelled, {});
    waiting.erase(packet);
    return;
  }
}

}  // namespace myna::emulator

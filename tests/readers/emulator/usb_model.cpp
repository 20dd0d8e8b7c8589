// SPDX-License-Identifier: Apache-2.0
#include "usb_model.hpp"

#include <algorithm>
#include <array>

namespace myna::emulator {
namespace {

constexpr std::size_t kPacket = 64;   // full speed bulk
constexpr Byte kGetDescriptor = 6, kDevice = 1, kConfiguration = 2, kString = 3, kGetStatus = 0;

Bytes string_descriptor(const std::string& text) {
  Bytes descriptor{static_cast<Byte>(2 + 2 * text.size()), kString};
  for (const char c : text) append(descriptor, std::array<Byte, 2>{static_cast<Byte>(c), 0});
  return descriptor;
}

}  // namespace

Bytes UsbModel::device_descriptor() const {
  const auto low = [](std::uint16_t v) { return static_cast<Byte>(v); };
  const auto high = [](std::uint16_t v) { return static_cast<Byte>(v >> 8); };
  const bool vendor_class = identity_.configuration.at(14) == 0xFF;
  return {18, kDevice, 0x00, 0x02, static_cast<Byte>(vendor_class ? 0xFF : 0), 0, 0, kPacket, low(identity_.vendor), high(identity_.vendor),
          low(identity_.product), high(identity_.product), 0x11, 0x01, 1, 2, static_cast<Byte>(identity_.serial.empty() ? 0 : 3), 1};
}

std::optional<Bytes> UsbModel::control_in(Byte type, Byte request, std::uint16_t value, std::size_t length) const {
  std::optional<Bytes> answer;
  const auto index = static_cast<Byte>(value);
  const std::array<std::string, 3> strings{identity_.manufacturer, identity_.name, identity_.serial};
  if (type == 0x80 && request == kGetStatus) answer = Bytes{0, 0};
  if (type == 0x80 && request == kGetDescriptor) {
    switch (value >> 8) {
      case kDevice: answer = device_descriptor(); break;
      case kConfiguration: answer = identity_.configuration; break;
      case kString:
        if (index == 0) answer = Bytes{4, kString, 0x09, 0x04};
        else if (index <= strings.size()) answer = string_descriptor(strings[index - 1U]);
        break;
      default: break;
    }
  }
  if (answer && answer->size() > length) answer->resize(length);
  return answer;
}

void UsbModel::out(Byte endpoint, ByteView data, TimePoint now) {
  Bytes& partial = partial_[endpoint];
  append(partial, data);
  const bool whole_packets = !data.empty() && data.size() % kPacket == 0;
  if (!whole_packets && !partial.empty()) received(endpoint, std::exchange(partial, {}), now);
}

std::optional<TimePoint> UsbModel::ready_at(Byte endpoint) const {
  const auto queue = queues_.find(endpoint);
  if (halted_ || queue == queues_.end() || queue->second.empty()) return std::nullopt;
  return queue->second.front().ready;
}

Bytes UsbModel::take(Byte endpoint) {
  auto& queue = queues_[endpoint];
  Bytes data = std::move(queue.front().data);
  queue.pop_front();
  return data;
}

void UsbModel::send(Byte endpoint, Bytes data, TimePoint ready) { queues_[endpoint].push_back({ready, std::move(data)}); }

void UsbModel::reset() {
  queues_.clear();
  partial_.clear();
  halted_ = false;
  on_reset();
}

}  // namespace myna::emulator

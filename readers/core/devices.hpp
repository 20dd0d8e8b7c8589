// SPDX-License-Identifier: Apache-2.0
// devices.def as a table.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace myna::readers {

enum class Chip : std::uint8_t { port100, ccid };

struct Device {
  std::uint16_t vendor, product;
  std::string_view name;
  Chip chip;
};

inline constexpr std::array kDevices{
#define MYNA_READER(vendor, product, name, chip) Device{vendor, product, name, Chip::chip},
#include "readers/devices.def"
#undef MYNA_READER
};

constexpr const Device* find_device(std::uint16_t vendor, std::uint16_t product) {
  for (const Device& device : kDevices) {
    if (device.vendor == vendor && device.product == product) return &device;
  }
  return nullptr;
}

}  // namespace myna::readers

// SPDX-License-Identifier: Apache-2.0
#include "usb_devices.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <optional>

namespace myna::readers {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSysfs = "/sys/bus/usb/devices";
constexpr int kSmartCardClass = 0x0B;

std::string attribute(const fs::path& device, const char* name) {
  std::ifstream file(device / name);
  std::string text;
  std::getline(file, text);
  return text;
}

std::optional<int> number(const fs::path& device, const char* name, int base) {
  const std::string text = attribute(device, name);
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

fs::path node_of(int bus, int address) {
  char path[32];
  std::snprintf(path, sizeof path, "/dev/bus/usb/%03d/%03d", bus, address);
  return path;
}

// The interfaces stand inside the device's own folder: "1-2" holds "1-2:1.0".
std::vector<fs::path> interfaces_of(const fs::path& device) {
  std::vector<fs::path> found;
  std::error_code error;
  const std::string start = device.filename().string() + ":";
  for (fs::directory_iterator entry(device, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with(start)) found.push_back(entry->path());
  }
  std::ranges::sort(found);
  return found;
}

std::string driver_of(const fs::path& interface) {
  std::error_code error;
  return fs::read_symlink(interface / "driver", error).filename().string();
}

// Our chip: interface 0. Others: the first of the smart card class.
std::optional<fs::path> card_interface(const std::vector<fs::path>& interfaces, const Device* known) {
  const bool ours = known != nullptr && known->chip == Chip::port100;
  const auto fits = [ours](const fs::path& i) { return ours || number(i, "bInterfaceClass", 16) == kSmartCardClass; };
  const auto found = std::ranges::find_if(interfaces, fits);
  return found == interfaces.end() ? std::nullopt : std::optional(*found);
}

std::optional<UsbReader> reader_at(const fs::path& device) {
  const auto vendor = number(device, "idVendor", 16), product = number(device, "idProduct", 16);
  const auto bus = number(device, "busnum", 10), address = number(device, "devnum", 10);
  if (!vendor || !product || !bus || !address) return std::nullopt;
  const Device* known = find_device(static_cast<std::uint16_t>(*vendor), static_cast<std::uint16_t>(*product));
  const auto interface = card_interface(interfaces_of(device), known);
  if (!interface) return std::nullopt;
  UsbReader reader;
  reader.name = (known != nullptr ? std::string(known->name) : attribute(device, "product")) + " [usb:" + device.filename().string() + "]";
  reader.vendor = static_cast<std::uint16_t>(*vendor);
  reader.product = static_cast<std::uint16_t>(*product);
  reader.chip = known != nullptr ? known->chip : Chip::ccid;
  reader.bus = *bus;
  reader.address = *address;
  reader.interface = number(*interface, "bInterfaceNumber", 16).value_or(0);
  reader.node = node_of(*bus, *address);
  reader.driver = driver_of(*interface);
  reader.may_open = ::access(reader.node.c_str(), R_OK | W_OK) == 0;
  return reader;
}

}  // namespace

std::vector<UsbReader> find_usb_readers() {
  std::vector<UsbReader> readers;
  std::error_code error;
  for (fs::directory_iterator entry(kSysfs, error), end; !error && entry != end; entry.increment(error)) {
    if (auto reader = reader_at(entry->path())) readers.push_back(*std::move(reader));
  }
  std::ranges::sort(readers, {}, &UsbReader::name);
  return readers;
}

}  // namespace myna::readers

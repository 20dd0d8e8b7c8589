// SPDX-License-Identifier: Apache-2.0
#include "capabilities.hpp"

#include <reader.h>

#include <cstring>

namespace myna::readers::ifd {
namespace {

constexpr DWORD kPollingWithTimeout = 0x0FB3;   // TAG_IFD_POLLING_THREAD_WITH_TIMEOUT
constexpr DWORD kReaders = 16;                  // at once: all that pcscd before 2.5.0 has room for

template <typename T>
Bytes bytes_of(T value) {
  Bytes bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

Bytes text(std::string_view words) {
  Bytes bytes(words.begin(), words.end());
  bytes.push_back(0);
  return bytes;
}

// DDDDCCCC: type USB, bus and address.
Bytes channel_id(const UsbReader& device) { return bytes_of(static_cast<std::uint32_t>(0x0020 << 16 | device.bus << 8 | device.address)); }

Bytes atr(LunReader& slot) {
  const MutexLock lock(slot.mutex);
  return slot.reader ? slot.reader->atr() : Bytes{};
}

// MMmmbbbb of the firmware.
Bytes version(LunReader& slot) {
  const MutexLock lock(slot.mutex);
  const std::uint32_t firmware = slot.reader ? slot.reader->firmware() : 0;
  return bytes_of(static_cast<std::uint32_t>((firmware >> 8) << 24 | (firmware & 0xFF) << 16));
}

struct Row {
  DWORD tag;
  Bytes (*answer)(LunReader&);
};

const Row kRows[] = {
    {TAG_IFD_ATR, atr},
    {SCARD_ATTR_ATR_STRING, atr},
    {TAG_IFD_SIMULTANEOUS_ACCESS, [](LunReader&) { return Bytes{kReaders}; }},
    {TAG_IFD_THREAD_SAFE, [](LunReader&) { return Bytes{1}; }},
    {TAG_IFD_SLOTS_NUMBER, [](LunReader&) { return Bytes{1}; }},
    {TAG_IFD_SLOT_THREAD_SAFE, [](LunReader&) { return Bytes{0}; }},
    {TAG_IFD_POLLING_THREAD_KILLABLE, [](LunReader&) { return Bytes{0}; }},
    {TAG_IFD_DEVICE_REMOVED, [](LunReader&) { return Bytes{1}; }},
    {kPollingWithTimeout, [](LunReader&) { return bytes_of(&poll_card); }},
    {TAG_IFD_STOP_POLLING_THREAD, [](LunReader&) { return bytes_of(&stop_polling); }},
    {SCARD_ATTR_VENDOR_NAME, [](LunReader&) { return text("Sony"); }},
    {SCARD_ATTR_VENDOR_IFD_TYPE, [](LunReader& slot) { return text(slot.device.name.substr(0, slot.device.name.find(" ["))); }},
    {SCARD_ATTR_VENDOR_IFD_VERSION, version},
    {SCARD_ATTR_CHANNEL_ID, [](LunReader& slot) { return channel_id(slot.device); }},
    {SCARD_ATTR_MAXINPUT, [](LunReader&) { return bytes_of(std::uint32_t{65'538}); }},
    {SCARD_ATTR_ICC_PRESENCE, [](LunReader& slot) { return Bytes{static_cast<Byte>(slot.present ? 2 : 0)}; }},
    {SCARD_ATTR_ICC_INTERFACE_STATUS, [](LunReader& slot) { return Bytes{static_cast<Byte>(atr(slot).empty() ? 0 : 1)}; }},
};

}  // namespace

std::optional<Bytes> capability(LunReader& slot, DWORD tag) {
  for (const Row& row : kRows) {
    if (row.tag == tag) return row.answer(slot);
  }
  return std::nullopt;
}

}  // namespace myna::readers::ifd

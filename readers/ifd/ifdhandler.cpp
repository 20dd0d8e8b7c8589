// SPDX-License-Identifier: Apache-2.0
// The ten functions that pcscd calls (IFD handler 3.0; docs/card/readers.md), and the two it gets by pointer. No exception leaves.
#include "ifdhandler.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "capabilities.hpp"
#include "readers/core/pseudo_apdu.hpp"

// pcscd's own (PCSC/debuglog.h); absent where another program loads this driver.
extern "C" [[gnu::weak]] void log_msg(int priority, const char* format, ...);

namespace myna::readers::ifd {

// Leaked: pcscd may be inside a call while the process exits.
LunTable& slots() {
  static auto& table = *new LunTable;
  return table;
}

namespace {

constexpr std::chrono::milliseconds kInterval{100};

RESPONSECODE code_of(const Error& error, RESPONSECODE otherwise) {
  if (error.code == Errc::no_reader) return IFD_NO_SUCH_DEVICE;
  if (error.code == Errc::card_removed) return IFD_ICC_NOT_PRESENT;
  return otherwise;
}

// Runs `work(slot)` for the Lun, with the reader locked.
template <typename Work>
RESPONSECODE with_reader(DWORD lun, Work work) noexcept try {
  const auto slot = slots().find(lun);
  if (!slot || slot->gone) return IFD_NO_SUCH_DEVICE;
  const MutexLock lock(slot->mutex);
  return slot->reader ? work(*slot) : IFD_NO_SUCH_DEVICE;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE copy_out(ByteView from, PUCHAR to, DWORD room, DWORD* length) {
  *length = 0;
  if (from.size() > room) return IFD_ERROR_INSUFFICIENT_BUFFER;
  std::ranges::copy(from, to);
  *length = from.size();
  return IFD_SUCCESS;
}

// "usb:054c/06c3:libudev:0:/dev/bus/usb/001/002": interface number, then the node. Other programs may add to the end.
std::optional<UsbReader> parse_name(const char* name) {
  unsigned vendor = 0, product = 0;
  UsbReader reader;
  const int read =
      std::sscanf(name, "usb:%4x/%4x:libudev:%d:/dev/bus/usb/%d/%d", &vendor, &product, &reader.interface, &reader.bus, &reader.address);
  const Device* known = find_device(static_cast<std::uint16_t>(vendor), static_cast<std::uint16_t>(product));
  if (read != 5 || known == nullptr || known->chip != Chip::port100) return std::nullopt;
  reader.name = known->name;
  reader.vendor = known->vendor;
  reader.product = known->product;
  return reader;
}

RESPONSECODE create(DWORD lun, const char* name) {
  const auto device = parse_name(name);
  if (!device || device->interface != 0) return IFD_NO_SUCH_DEVICE;
  auto reader = RcS380::open(device->bus, device->address);
  if (!reader) return code_of(reader.error(), IFD_COMMUNICATION_ERROR);
  auto slot = std::make_shared<LunReader>(*device, *std::move(reader));
  return slots().add(lun, std::move(slot)) ? IFD_SUCCESS : IFD_COMMUNICATION_ERROR;
}

RESPONSECODE power(LunReader& slot, DWORD action, PUCHAR atr, PDWORD length) MYNA_REQUIRES(slot.mutex) {
  const DWORD room = *length;
  *length = 0;
  if (action != IFD_POWER_UP && action != IFD_POWER_DOWN && action != IFD_RESET) return IFD_NOT_SUPPORTED;
  // A reset that keeps the field on would keep a verified PIN.
  if (action != IFD_POWER_UP) {
    const Status off = slot.reader->power_off();
    if (!off) return code_of(off.error(), IFD_COMMUNICATION_ERROR);
    if (action == IFD_POWER_DOWN) return IFD_SUCCESS;
  }
  const auto answer = slot.reader->power_on();
  return answer ? copy_out(*answer, atr, std::min<DWORD>(room, MAX_ATR_SIZE), length) : code_of(answer.error(), IFD_ERROR_POWER_ACTION);
}

RESPONSECODE transmit(LunReader& slot, ByteView command, PUCHAR buffer, PDWORD length) MYNA_REQUIRES(slot.mutex) {
  const DWORD room = *length;
  *length = 0;
  const auto answer = slot.reader->exchange(command);
  if (!answer) return code_of(answer.error(), IFD_COMMUNICATION_ERROR);
  const RESPONSECODE code = copy_out(answer->view(), buffer, room, length);
  if (code != IFD_SUCCESS) *length = answer->size();   // pcscd compares: this is how it tells the program
  return code == IFD_SUCCESS ? code : IFD_SUCCESS;
}

// PC/SC has no state for it.
void note_several_cards(LunReader& slot) MYNA_REQUIRES(slot.mutex) {
  constexpr int kLogError = 2;   // what pcscd shows without being asked
  const bool before = std::exchange(slot.crowded, slot.reader->several_cards());
  if (slot.crowded && !before && log_msg != nullptr) {
    log_msg(kLogError, "%s: more than one card on the reader, none can be used", slot.device.name.c_str());
  }
}

RESPONSECODE presence(LunReader& slot) MYNA_REQUIRES(slot.mutex) {
  const auto there = slot.reader->card_present();
  note_several_cards(slot);
  if (!there) return code_of(there.error(), IFD_COMMUNICATION_ERROR);
  slot.present = *there;
  return *there ? IFD_ICC_PRESENT : IFD_ICC_NOT_PRESENT;
}

// While an APDU runs, the card is there. True when pcscd should look.
bool changed(LunReader& slot) {
  if (!slot.mutex.try_lock()) return false;
  const MutexLock lock(slot.mutex, std::adopt_lock);
  if (!slot.reader) return true;
  const auto there = slot.reader->look();
  return !there ? there.error().code == Errc::no_reader : *there != slot.present;
}

}  // namespace

RESPONSECODE poll_card(DWORD lun, int milliseconds) noexcept try {
  const auto slot = slots().find(lun);
  if (!slot) return IFD_NO_SUCH_DEVICE;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  do {
    if (!slot->pause(kInterval) || slot->gone || changed(*slot)) break;
  } while (std::chrono::steady_clock::now() < end);
  return IFD_SUCCESS;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE stop_polling(DWORD lun) noexcept try {
  if (const auto slot = slots().find(lun)) slot->wake();
  return IFD_SUCCESS;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

}  // namespace myna::readers::ifd

using namespace myna;
using namespace myna::readers::ifd;

extern "C" {

RESPONSECODE IFDHCreateChannelByName(DWORD Lun, LPSTR DeviceName) try {
  return create(Lun, DeviceName);
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

// Serial lines and the like.
RESPONSECODE IFDHCreateChannel(DWORD, DWORD) { return IFD_NO_SUCH_DEVICE; }

RESPONSECODE IFDHCloseChannel(DWORD Lun) try {
  const auto slot = slots().remove(Lun);
  if (!slot) return IFD_NO_SUCH_DEVICE;
  slot->gone = true;
  slot->wake();
  const MutexLock lock(slot->mutex);
  slot->reader.reset();
  return IFD_SUCCESS;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHGetCapabilities(DWORD Lun, DWORD Tag, PDWORD Length, PUCHAR Value) try {
  const DWORD room = *Length;
  *Length = 0;
  const auto slot = slots().find(Lun);
  if (!slot) return IFD_NO_SUCH_DEVICE;
  const auto answer = capability(*slot, Tag);
  return answer ? copy_out(*answer, Value, room, Length) : IFD_ERROR_TAG;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHSetCapabilities(DWORD Lun, DWORD Tag, DWORD, PUCHAR) try {
  const auto slot = slots().find(Lun);
  if (!slot) return IFD_NO_SUCH_DEVICE;
  if (Tag != TAG_IFD_DEVICE_REMOVED) return IFD_ERROR_TAG;
  slot->gone = true;
  slot->wake();
  return IFD_SUCCESS;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

// The ATR of a contactless card offers both protocols and means neither.
RESPONSECODE IFDHSetProtocolParameters(DWORD Lun, DWORD, UCHAR, UCHAR, UCHAR, UCHAR) try {
  return slots().find(Lun) ? IFD_SUCCESS : IFD_NO_SUCH_DEVICE;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHPowerICC(DWORD Lun, DWORD Action, PUCHAR Atr, PDWORD AtrLength) {
  const RESPONSECODE code = with_reader(Lun, [&](LunReader& slot) {
    slot.mutex.assert_held();
    return power(slot, Action, Atr, AtrLength);
  });
  if (code != IFD_SUCCESS) *AtrLength = 0;
  return code;
}

RESPONSECODE IFDHTransmitToICC(DWORD Lun, SCARD_IO_HEADER, PUCHAR TxBuffer, DWORD TxLength, PUCHAR RxBuffer, PDWORD RxLength,
                               PSCARD_IO_HEADER) {
  const RESPONSECODE code = with_reader(Lun, [&](LunReader& slot) {
    slot.mutex.assert_held();
    return transmit(slot, ByteView(TxBuffer, TxLength), RxBuffer, RxLength);
  });
  if (code != IFD_SUCCESS) *RxLength = 0;
  return code;
}

RESPONSECODE IFDHControl(DWORD Lun, DWORD dwControlCode, PUCHAR, DWORD, PUCHAR RxBuffer, DWORD RxLength, LPDWORD pdwBytesReturned) try {
  *pdwBytesReturned = 0;
  const auto slot = slots().find(Lun);
  if (!slot) return IFD_NO_SUCH_DEVICE;
  const auto answer = readers::answer_control(static_cast<std::uint32_t>(dwControlCode), slot->device.vendor, slot->device.product);
  return answer ? copy_out(*answer, RxBuffer, RxLength, pdwBytesReturned) : IFD_NOT_SUPPORTED;
} catch (...) {
  return IFD_COMMUNICATION_ERROR;
}

RESPONSECODE IFDHICCPresence(DWORD Lun) { return with_reader(Lun, presence); }

}

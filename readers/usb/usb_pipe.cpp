// SPDX-License-Identifier: Apache-2.0
#include "usb_pipe.hpp"

#include <libusb.h>

#include <algorithm>
#include <array>
#include <thread>

namespace myna::readers {
namespace {

constexpr int kInterface = 0;
constexpr unsigned kWriteTimeout = 1000;       // ms
constexpr std::size_t kReadSize = 512;         // more than any frame, and whole packets: else libusb reports an overflow
constexpr int kPacket = 64;

struct ContextCloser {
  void operator()(libusb_context* context) const { libusb_exit(context); }
};
struct HandleCloser {
  void operator()(libusb_device_handle* handle) const { libusb_close(handle); }
};
using Context = std::unique_ptr<libusb_context, ContextCloser>;
using Handle = std::unique_ptr<libusb_device_handle, HandleCloser>;

Status status_of(int code) {
  switch (code) {
    case LIBUSB_SUCCESS: return {};
    case LIBUSB_ERROR_NO_DEVICE:
    case LIBUSB_ERROR_NOT_FOUND: return fail_native(Errc::no_reader, code);
    case LIBUSB_ERROR_TIMEOUT: return fail_native(Errc::timed_out, code);
    case LIBUSB_ERROR_ACCESS:
    case LIBUSB_ERROR_BUSY: return fail_native(Errc::reader_unusable, code);
    default: return fail_native(Errc::link_lost, code);
  }
}

struct Endpoints {
  Byte in = 0, out = 0;
};

// The first bulk endpoint of each direction: which numbers a firmware uses is not written anywhere.
Result<Endpoints> endpoints_of(libusb_device* device) {
  libusb_config_descriptor* configuration = nullptr;
  MYNA_CHECK(status_of(libusb_get_active_config_descriptor(device, &configuration)));
  const std::unique_ptr<libusb_config_descriptor, decltype(&libusb_free_config_descriptor)> owner(configuration,
                                                                                                  libusb_free_config_descriptor);
  if (configuration->bNumInterfaces == 0 || configuration->interface[0].num_altsetting == 0) return fail(Errc::link_lost);
  const libusb_interface_descriptor& interface = configuration->interface[0].altsetting[0];
  Endpoints found;
  for (int i = interface.bNumEndpoints; i-- > 0;) {
    const libusb_endpoint_descriptor& endpoint = interface.endpoint[i];
    if ((endpoint.bmAttributes & LIBUSB_TRANSFER_TYPE_MASK) != LIBUSB_TRANSFER_TYPE_BULK) continue;
    ((endpoint.bEndpointAddress & LIBUSB_ENDPOINT_IN) != 0 ? found.in : found.out) = endpoint.bEndpointAddress;
  }
  return found.in != 0 && found.out != 0 ? Result<Endpoints>(found) : fail(Errc::link_lost);
}

Result<Handle> open_device(libusb_context* context, int bus, int address) {
  libusb_device** list = nullptr;
  const auto count = libusb_get_device_list(context, &list);
  if (count < 0) return Unexpected(status_of(static_cast<int>(count)).error());
  const auto wanted = [bus, address](libusb_device* d) {
    return libusb_get_bus_number(d) == bus && libusb_get_device_address(d) == address;
  };
  libusb_device** end = list + count;
  libusb_device** found = std::find_if(list, end, wanted);
  libusb_device_handle* handle = nullptr;
  const int code = found == end ? LIBUSB_ERROR_NO_DEVICE : libusb_open(*found, &handle);
  libusb_free_device_list(list, 1);
  MYNA_CHECK(status_of(code));
  return Handle(handle);
}

class UsbPipe final : public Pipe {
 public:
  UsbPipe(Context context, Handle handle, Endpoints endpoints)
      : context_(std::move(context)), handle_(std::move(handle)), endpoints_(endpoints) {}
  ~UsbPipe() override { libusb_release_interface(handle_.get(), kInterface); }

  Status write(ByteView frame) override {
    MYNA_CHECK(send(frame));
    return frame.size() % kPacket == 0 ? send({}) : Status{};
  }

  Result<SecretBytes> read(Duration at_most) override {
    std::array<Byte, kReadSize> buffer;
    int received = 0;
    const auto timeout = std::max<std::int64_t>(1, (at_most.count() + 999) / 1000);   // 0 would mean for ever
    const int code =
        libusb_bulk_transfer(handle_.get(), endpoints_.in, buffer.data(), kReadSize, &received, static_cast<unsigned>(timeout));
    SecretBytes bytes(ByteView(buffer).first(static_cast<std::size_t>(received)));
    wipe(buffer.data(), buffer.size());
    MYNA_CHECK(status_of(code));
    return bytes;
  }

  Status clear_halt() override {
    MYNA_CHECK(gone_only(libusb_clear_halt(handle_.get(), endpoints_.out)));
    return gone_only(libusb_clear_halt(handle_.get(), endpoints_.in));
  }

  // After a reset that lost the interface (NOT_FOUND) only a new start finds the device again.
  Status reset() override { return status_of(libusb_reset_device(handle_.get())); }

 private:
  Status send(ByteView bytes) {
    int sent = 0;
    SecretBytes copy(bytes);   // libusb wants it writable
    auto* data = const_cast<Byte*>(copy.view().data());
    MYNA_CHECK(status_of(libusb_bulk_transfer(handle_.get(), endpoints_.out, data, static_cast<int>(bytes.size()), &sent, kWriteTimeout)));
    return static_cast<std::size_t>(sent) == bytes.size() ? Status{} : Status{fail(Errc::link_lost)};
  }

  // What else can go wrong here is found out by the next transfer.
  static Status gone_only(int code) { return code == LIBUSB_ERROR_NO_DEVICE ? status_of(code) : Status{}; }

  Context context_;
  Handle handle_;
  Endpoints endpoints_;
};

}  // namespace

TimePoint SystemClock::now() { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }
void SystemClock::sleep(Duration time) { std::this_thread::sleep_for(time); }

Result<std::unique_ptr<Pipe>> open_usb_pipe(int bus, int address) {
  libusb_context* raw = nullptr;
  MYNA_CHECK(status_of(libusb_init(&raw)));
  Context context(raw);
  MYNA_TRY(Handle handle, open_device(context.get(), bus, address));
  MYNA_TRY(const Endpoints endpoints, endpoints_of(libusb_get_device(handle.get())));
  libusb_set_auto_detach_kernel_driver(handle.get(), 1);
  MYNA_CHECK(status_of(libusb_claim_interface(handle.get(), kInterface)));
  return std::unique_ptr<Pipe>(std::make_unique<UsbPipe>(std::move(context), std::move(handle), endpoints));
}

}  // namespace myna::readers

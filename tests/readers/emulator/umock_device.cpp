// SPDX-License-Identifier: Apache-2.0
#include "umock_device.hpp"

#include <fcntl.h>
#include <linux/usb/ch9.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <linux/usbdevice_fs.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>

#include "myna/core/hex.hpp"

namespace myna::emulator {
namespace {

template <typename T>
T* as(UMockdevIoctlData* data) {
  return reinterpret_cast<T*>(data->data);
}

// Nothing when the client is gone.
UMockdevIoctlData* resolve(UMockdevIoctlData* data, std::size_t offset, std::size_t size) {
  return umockdev_ioctl_data_resolve(data, offset, size, nullptr);
}

std::string printed(const char* format, int number) {
  char text[96];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

// How many other processes have this file open.
std::size_t other_users(const std::string& file) {
  struct stat wanted{};
  if (::stat(file.c_str(), &wanted) != 0) return 0;
  std::error_code ignored;
  std::size_t users = 0;
  const std::string self = std::to_string(::getpid());
  for (const auto& process : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string pid = process.path().filename();
    if (pid.find_first_not_of("0123456789") != std::string::npos || pid == self) continue;
    for (const auto& open : std::filesystem::directory_iterator(process.path() / "fd", ignored)) {
      struct stat found{};   // a link's text would be another one in another mount namespace
      if (::stat(open.path().c_str(), &found) != 0 || found.st_dev != wanted.st_dev || found.st_ino != wanted.st_ino) continue;
      ++users;
      break;
    }
  }
  return users;
}

}  // namespace

UmockDevice::UmockDevice(UMockdevTestbed* testbed, UsbModel& model, int port, int number)
    : testbed_(testbed), model_(&model), port_(port), number_(number), node_(printed("/dev/bus/usb/001/%03d", number)),
      sysfs_(printed("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-%d", port)) {
  add_to_testbed();
  timer_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void UmockDevice::unplug() {
  timer_.request_stop();
  model_changed();
  timer_.join();
  remove_from_testbed();
  const std::lock_guard lock(mutex_);
  gone_ = true;
  ::close(master_);
  ::close(slave_);
}

void UmockDevice::forget(Urb& urb) {
  if (urb.buffer != nullptr) g_object_unref(urb.buffer);
  g_object_unref(urb.urb);
}

void UmockDevice::add_description(const char* text) {
  GError* error = nullptr;
  if (!umockdev_testbed_add_from_string(testbed_, text, &error)) throw std::runtime_error(error->message);
}

void UmockDevice::describe_device() {
  const auto& id = model_->identity();
  Bytes descriptors = model_->device_descriptor();
  append(descriptors, id.configuration);
  char text[4096];
  std::snprintf(
      text, sizeof text,
      "P: /devices/pci0000:00/0000:00:14.0/usb1/1-%d\nN: bus/usb/001/%03d\nE: DEVTYPE=usb_device\nE: DEVNAME=/dev/bus/usb/001/%03d\n"
      "E: SUBSYSTEM=usb\nE: BUSNUM=001\nE: DEVNUM=%03d\nE: PRODUCT=%x/%x/111\n"
      "A: busnum=%d\\n\nA: devnum=%d\\n\nA: speed=12\\n\nA: bConfigurationValue=1\\n\nA: bNumConfigurations=1\\n\n"
      "A: idVendor=%04x\\n\nA: idProduct=%04x\\n\nA: product=%s\\n\nA: manufacturer=%s\\n\n%s%s%sH: descriptors=%s\n",
      port_, number_, number_, number_, id.vendor, id.product, 1, number_, id.vendor, id.product, id.name.c_str(), id.manufacturer.c_str(),
      id.serial.empty() ? "" : "A: serial=", id.serial.c_str(), id.serial.empty() ? "" : "\\n\n", to_hex(descriptors).c_str());
  add_description(text);
}

void UmockDevice::open_terminal() {
  master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0) throw std::runtime_error("no pty");
  pty_ = ::ptsname(master_);
  slave_ = ::open(pty_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
  termios raw{};
  ::tcgetattr(slave_, &raw);
  ::cfmakeraw(&raw);
  ::tcsetattr(slave_, TCSANOW, &raw);
  ::chmod(pty_.c_str(), 0666);
}

void UmockDevice::serve_node() {
  g_autofree gchar* root = umockdev_testbed_get_root_dir(testbed_);
  const std::filesystem::path node = std::string(root) + node_;
  std::filesystem::remove(node);
  std::filesystem::create_symlink(pty_, node);
  handler_ = umockdev_ioctl_base_new();
  g_signal_connect(handler_, "handle-ioctl", G_CALLBACK(on_ioctl), this);
  g_signal_connect(handler_, "client-vanished", G_CALLBACK(on_vanished), this);
  GError* error = nullptr;
  if (!umockdev_testbed_attach_ioctl(testbed_, node_.c_str(), handler_, &error)) throw std::runtime_error(error->message);
}

// Interface descriptors: 9 bytes, type 4.
void UmockDevice::describe_interfaces() {
  const auto& id = model_->identity();
  char text[4096];
  for (std::size_t at = 0; at + 9 <= id.configuration.size(); at += std::max<std::size_t>(1, id.configuration[at])) {
    if (id.configuration[at + 1] != USB_DT_INTERFACE) continue;
    const int number = id.configuration[at + 2], type = id.configuration[at + 5];
    std::snprintf(
        text, sizeof text,
        "P: /devices/pci0000:00/0000:00:14.0/usb1/1-%d/1-%d:1.%d\nE: DEVTYPE=usb_interface\nE: SUBSYSTEM=usb\n"
        "E: INTERFACE=%d/0/0\nE: PRODUCT=%x/%x/111\nA: bInterfaceNumber=%02x\\n\nA: bInterfaceClass=%02x\\n\nA: bAlternateSetting= 0\\n\n",
        port_, port_, number, type, id.vendor, id.product, number, type);
    add_description(text);
  }
}

void UmockDevice::add_to_testbed() {
  describe_device();
  open_terminal();
  serve_node();
  show_readiness();
  describe_interfaces();   // last, because who listens for devices opens them at once
}

void UmockDevice::remove_from_testbed() {
  const auto& configuration = model_->identity().configuration;
  for (std::size_t at = 0; at + 9 <= configuration.size(); at += std::max<std::size_t>(1, configuration[at])) {
    if (configuration[at + 1] != USB_DT_INTERFACE) continue;
    const std::string path = sysfs_ + printed("/1-%d", port_) + printed(":1.%d", configuration[at + 2]);
    umockdev_testbed_uevent(testbed_, path.c_str(), "remove");
    umockdev_testbed_remove_device(testbed_, path.c_str());
  }
  umockdev_testbed_uevent(testbed_, sysfs_.c_str(), "remove");
  umockdev_testbed_remove_device(testbed_, sysfs_.c_str());
}

// Writable while something can be reaped.
void UmockDevice::show_readiness() {
  if (gone_) return;
  const bool ready = std::ranges::any_of(urbs_, &Urb::done);
  if (ready != writable_) ::tcflow(slave_, ready ? TCOON : TCOOFF);
  writable_ = ready;
}

// Completes transfers to the host when their time has come.
void UmockDevice::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  TimePoint look_for_owner = now();
  while (!stop.stop_requested()) {
    if (now() >= look_for_owner) {
      drop_dead_owner(0);
      look_for_owner = now() + std::chrono::milliseconds(500);
    }
    TimePoint next = look_for_owner;
    for (Urb& urb : urbs_) {
      if (urb.done || complete(urb)) continue;
      if (const auto ready = model_->ready_at(as<usbdevfs_urb>(urb.urb)->endpoint)) next = std::min(next, *ready);
    }
    show_readiness();
    changed_.wait_until(lock, stop, next, [this] { return looked_at_; });
    looked_at_ = false;
  }
}

// An IN transfer, when data is there.
bool UmockDevice::complete(Urb& urb) {
  auto* u = as<usbdevfs_urb>(urb.urb);
  if (model_->halted()) {
    urb.status = -EPIPE;
    return urb.done = true;
  }
  const auto ready = model_->ready_at(u->endpoint);
  if (!ready || *ready > now()) return false;
  const Bytes data = model_->take(u->endpoint);
  const bool fits = data.size() <= static_cast<std::size_t>(u->buffer_length);
  if (fits && !data.empty()) std::memcpy(urb.buffer->data, data.data(), data.size());
  u->actual_length = fits ? static_cast<int>(data.size()) : 0;
  urb.status = fits ? 0 : -EOVERFLOW;
  return urb.done = true;
}

void UmockDevice::on_vanished(UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer self) {
  auto* device = static_cast<UmockDevice*>(self);
  const std::lock_guard lock(device->mutex_);
  device->release(client);
  device->urbs_.remove_if([client](Urb& urb) {
    if (urb.owner == client) forget(urb);
    return urb.owner == client;
  });
  device->show_readiness();
}

gboolean UmockDevice::on_ioctl(UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer self) {
  auto* device = static_cast<UmockDevice*>(self);
  int error = 0;
  long result = 0;
  {
    const std::lock_guard lock(device->mutex_);
    g_autoptr(GObject) argument = G_OBJECT(umockdev_ioctl_client_get_arg(client));
    g_object_ref(argument);
    result = device->serve(client, umockdev_ioctl_client_get_request(client), reinterpret_cast<UMockdevIoctlData*>(argument), error);
  }
  umockdev_ioctl_client_complete(client, error == 0 ? result : -1, error);
  device->model_changed();
  return TRUE;
}

long UmockDevice::serve(UMockdevIoctlClient* client, unsigned long request, UMockdevIoctlData* argument, int& error) {
  if (gone_) {
    error = ENODEV;
    return -1;
  }
  switch (request) {
    case USBDEVFS_GET_CAPABILITIES: {
      auto* caps = resolve(argument, 0, sizeof(__u32));
      if (caps != nullptr) *as<__u32>(caps) = USBDEVFS_CAP_ZERO_PACKET | USBDEVFS_CAP_BULK_SCATTER_GATHER | USBDEVFS_CAP_NO_PACKET_SIZE_LIM;
      return 0;
    }
    case USBDEVFS_CLAIMINTERFACE:
    case USBDEVFS_DISCONNECT_CLAIM: {
      auto* interface = resolve(argument, 0, sizeof(unsigned));
      return interface != nullptr ? claim(client, static_cast<int>(*as<unsigned>(interface)), error) : 0;
    }
    case USBDEVFS_RELEASEINTERFACE: release(client); return 0;
    case USBDEVFS_SETINTERFACE:
    case USBDEVFS_SETCONFIGURATION: return 0;
    case USBDEVFS_CLEAR_HALT:
    case USBDEVFS_RESETEP: model_->clear_halt(); return 0;
    case USBDEVFS_RESET: model_->reset(); return 0;
    case USBDEVFS_GETDRIVER:
    case USBDEVFS_IOCTL: error = ENODATA; return -1;
    case USBDEVFS_CONTROL: return control(argument, error);
    case USBDEVFS_SUBMITURB: return submit(client, argument, error);
    case USBDEVFS_REAPURB:
    case USBDEVFS_REAPURBNDELAY: return reap(client, argument, error);
    case USBDEVFS_DISCARDURB: return discard(argument, error);
    default: error = ENOTTY; return -1;
  }
}

// Interface 0 belongs to one program; sysfs says so.
long UmockDevice::claim(UMockdevIoctlClient* client, int interface, int& error) {
  if (interface != 0) return 0;
  if (owner_ != client) drop_dead_owner(1);
  if (owner_ != nullptr && owner_ != client) {
    error = EBUSY;
    return -1;
  }
  if (owner_ == nullptr) owner_ = UMOCKDEV_IOCTL_CLIENT(g_object_ref(client));
  g_autofree gchar* root = umockdev_testbed_get_root_dir(testbed_);
  std::error_code ignored;
  std::filesystem::create_symlink("../../usbfs", std::string(root) + sysfs_ + printed("/1-%d", port_) + ":1.0/driver", ignored);
  return 0;
}

void UmockDevice::release(UMockdevIoctlClient* client) {
  if (owner_ == client && owner_ != nullptr) drop_owner();
}

// umockdev says nothing of a client that was killed inside a call. `others` of those who have the node open are known not to be the owner.
void UmockDevice::drop_dead_owner(std::size_t others) {
  if (owner_ != nullptr && other_users(pty_) <= others) drop_owner();
}

void UmockDevice::drop_owner() {
  urbs_.remove_if([this](Urb& urb) {
    if (urb.owner == owner_) forget(urb);
    return urb.owner == owner_;
  });
  g_object_unref(std::exchange(owner_, nullptr));
  g_autofree gchar* root = umockdev_testbed_get_root_dir(testbed_);
  std::error_code ignored;
  std::filesystem::remove(std::string(root) + sysfs_ + printed("/1-%d", port_) + ":1.0/driver", ignored);
}

long UmockDevice::control(UMockdevIoctlData* argument, int& error) {
  auto* transfer = resolve(argument, 0, sizeof(usbdevfs_ctrltransfer));
  if (transfer == nullptr) return 0;
  const auto* t = as<usbdevfs_ctrltransfer>(transfer);
  if ((t->bRequestType & USB_DIR_IN) == 0) return 0;
  auto* buffer = resolve(transfer, offsetof(usbdevfs_ctrltransfer, data), t->wLength);
  const auto answer = model_->control_in(t->bRequestType, t->bRequest, t->wValue, t->wLength);
  if (!answer || buffer == nullptr) {
    error = EPIPE;
    return -1;
  }
  std::memcpy(buffer->data, answer->data(), answer->size());
  return static_cast<long>(answer->size());
}

void UmockDevice::control_urb(Urb& urb) {
  auto* u = as<usbdevfs_urb>(urb.urb);
  const auto* setup = as<usb_ctrlrequest>(urb.buffer);
  urb.done = true;
  if ((setup->bRequestType & USB_DIR_IN) == 0) return;
  const auto answer = model_->control_in(setup->bRequestType, setup->bRequest, setup->wValue, setup->wLength);
  urb.status = answer ? 0 : -EPIPE;
  u->actual_length = answer ? static_cast<int>(answer->size()) : 0;
  if (answer) std::memcpy(urb.buffer->data + sizeof(usb_ctrlrequest), answer->data(), answer->size());
}

long UmockDevice::submit(UMockdevIoctlClient* client, UMockdevIoctlData* argument, int& error) {
  auto* data = resolve(argument, 0, sizeof(usbdevfs_urb));
  const std::size_t length = data == nullptr ? 0 : static_cast<std::size_t>(as<usbdevfs_urb>(data)->buffer_length);
  auto* buffer = length > 0 ? resolve(data, offsetof(usbdevfs_urb, buffer), length) : nullptr;
  if (data == nullptr || (length > 0 && buffer == nullptr)) {
    error = EFAULT;
    return -1;
  }
  auto* u = as<usbdevfs_urb>(data);
  Urb urb{UMOCKDEV_IOCTL_DATA(g_object_ref(data)), buffer == nullptr ? nullptr : UMOCKDEV_IOCTL_DATA(g_object_ref(buffer)), client};
  u->actual_length = 0;
  const bool in = (u->endpoint & USB_DIR_IN) != 0;
  if (u->type == USBDEVFS_URB_TYPE_CONTROL) {
    control_urb(urb);
  } else if (!in) {
    const ByteView bytes = buffer == nullptr ? ByteView{} : ByteView(buffer->data, static_cast<std::size_t>(u->buffer_length));
    if (!model_->halted()) model_->out(u->endpoint, bytes, now());
    urb.status = model_->halted() ? -EPIPE : 0;
    u->actual_length = u->buffer_length;
    urb.done = true;
  }
  urbs_.push_back(urb);
  show_readiness();
  return 0;
}

long UmockDevice::reap(UMockdevIoctlClient* client, UMockdevIoctlData* argument, int& error) {
  const auto urb = std::ranges::find_if(urbs_, [client](const Urb& u) { return u.done && u.owner == client; });
  if (urb == urbs_.end()) {
    show_readiness();
    error = EAGAIN;
    return -1;
  }
  auto* pointer = resolve(argument, 0, sizeof(void*));
  as<usbdevfs_urb>(urb->urb)->status = urb->status;
  if (pointer != nullptr) umockdev_ioctl_data_set_ptr(pointer, 0, urb->urb);
  forget(*urb);
  urbs_.erase(urb);
  show_readiness();
  return 0;
}

// The argument is the address of the urb itself.
long UmockDevice::discard(UMockdevIoctlData* argument, int& error) {
  unsigned long address = 0;
  std::memcpy(&address, argument->data, sizeof address);
  const auto urb = std::ranges::find_if(urbs_, [address](const Urb& u) { return u.urb->client_addr == address && !u.done; });
  if (urb == urbs_.end()) {
    error = EINVAL;
    return -1;
  }
  urb->done = true;
  urb->status = -ENOENT;
  show_readiness();
  return 0;
}

}  // namespace myna::emulator

// SPDX-License-Identifier: Apache-2.0
// An emulated reader as a device node that libusb opens: usbfs spoken through umockdev (docs/card/readers.md).
// The node is a pty, because libusb polls it: writable means that a transfer can be reaped, closed means unplugged.
#pragma once

#include <umockdev.h>

#include <condition_variable>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "reader_set.hpp"

namespace myna::emulator {

class UmockDevice final : public Attachment {
 public:
  // The model must outlive the device; `port` is the last part of its place: "1-<port>". Each plug needs a number of its own, as a kernel
  // gives it. Kept for ever: a program may speak to a device that has gone.
  UmockDevice(UMockdevTestbed* testbed, UsbModel& model, int port, int number);

  std::unique_lock<std::mutex> lock() override { return std::unique_lock(mutex_); }
  void unplug() override;
  void model_changed() override {
    {
      const std::lock_guard lock(mutex_);
      looked_at_ = true;
    }
    changed_.notify_all();
  }

 private:
  struct Urb {
    UMockdevIoctlData* urb;
    UMockdevIoctlData* buffer;
    UMockdevIoctlClient* owner;
    int status = 0;
    bool done = false;
  };
  static gboolean on_ioctl(UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer self);
  static void on_vanished(UMockdevIoctlBase*, UMockdevIoctlClient* client, gpointer self);
  long serve(UMockdevIoctlClient* client, unsigned long request, UMockdevIoctlData* argument, int& error);
  long submit(UMockdevIoctlClient* client, UMockdevIoctlData* argument, int& error);
  long reap(UMockdevIoctlClient* client, UMockdevIoctlData* argument, int& error);
  long discard(UMockdevIoctlData* argument, int& error);
  long control(UMockdevIoctlData* argument, int& error);
  long claim(UMockdevIoctlClient* client, int interface, int& error);
  void release(UMockdevIoctlClient* client);
  void control_urb(Urb& urb);
  bool complete(Urb& urb);
  void show_readiness();
  void run(const std::stop_token& stop);
  static void forget(Urb& urb);

  void drop_owner();
  void drop_dead_owner(std::size_t others);
  void add_description(const char* text);
  void describe_device();
  void open_terminal();
  void serve_node();
  void describe_interfaces();
  void add_to_testbed();
  void remove_from_testbed();

  UMockdevTestbed* testbed_;
  UsbModel* model_;
  int port_, number_;
  std::string node_, sysfs_, pty_;
  int master_ = -1, slave_ = -1;
  UMockdevIoctlBase* handler_ = nullptr;
  std::mutex mutex_;                       // around model and everything below
  std::condition_variable_any changed_;
  std::list<Urb> urbs_;
  UMockdevIoctlClient* owner_ = nullptr;   // who claimed interface 0
  bool gone_ = false;
  bool looked_at_ = false;                 // by somebody else than the timer
  bool writable_ = true;
  std::jthread timer_;
};

}  // namespace myna::emulator

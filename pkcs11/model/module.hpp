// SPDX-License-Identifier: Apache-2.0
// Everything between C_Initialize and C_Finalize: readers, slots, sessions. Lock order: module, session, card.
#pragma once

#include <unistd.h>

#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <stop_token>

#include "myna/core/mutex.hpp"
#include "session.hpp"

namespace myna::p11 {

// Where the readers come from. Two hubs of one source show the same readers, each with its own events.
class BackendSource {
 public:
  virtual ~BackendSource() = default;
  virtual void add_to(ReaderHub& hub) = 0;
};

class Module {
 public:
  // The module of this process; nullptr before C_Initialize, after C_Finalize, and in a child process until it initialises.
  static std::shared_ptr<Module> current();
  static CK_RV initialise(std::string_view parameters);
  static CK_RV finalise();

  explicit Module(const Config& config);

  // Every slot that there is, looking at the readers first when `look`.
  std::vector<CK_SLOT_ID> slots(bool token_present, bool look);
  std::shared_ptr<Slot> slot(CK_SLOT_ID id);
  void look_at_readers();
  // CKR_OK with the slot, CKR_NO_EVENT, or CKR_CRYPTOKI_NOT_INITIALIZED when C_Finalize came meanwhile.
  CK_RV wait_for_event(bool block, CK_SLOT_ID& slot);

  CK_SESSION_HANDLE open_session(std::shared_ptr<Slot> slot, CK_FLAGS flags);
  // nullptr when there is none, or its card has gone: then it is closed.
  std::shared_ptr<Session> session(CK_SESSION_HANDLE handle);
  bool close_session(CK_SESSION_HANDLE handle);
  void close_sessions_of(CK_SLOT_ID slot);

 private:
  std::shared_ptr<TokenReader> reader_named(const std::string& name) MYNA_REQUIRES(mutex_);
  void logout_if_last(const Slot& slot) MYNA_REQUIRES(mutex_);

  const Config config_;
  const pid_t pid_ = ::getpid();
  std::stop_source stop_;
  std::atomic<bool> looked_ = false;

  SharedHub hub_;
  const std::unique_ptr<BackendSource> source_;

  Mutex mutex_;
  std::map<std::string, std::shared_ptr<TokenReader>> readers_ MYNA_GUARDED_BY(mutex_);
  std::vector<std::shared_ptr<Slot>> slots_ MYNA_GUARDED_BY(mutex_);
  std::deque<CK_SLOT_ID> events_ MYNA_GUARDED_BY(mutex_);
  std::map<CK_SESSION_HANDLE, std::shared_ptr<Session>> sessions_ MYNA_GUARDED_BY(mutex_);
  CK_SESSION_HANDLE next_session_ MYNA_GUARDED_BY(mutex_) = 1;
};

// Differs from module to module: the tokens it has, and where its readers come from.
Config built_in_config();
std::unique_ptr<BackendSource> make_backend_source(const Config& config);

}  // namespace myna::p11

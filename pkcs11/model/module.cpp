// SPDX-License-Identifier: Apache-2.0
#include "module.hpp"

#include <algorithm>
#include <atomic>

#include "module_log.hpp"

namespace myna::p11 {
namespace {

constexpr std::chrono::milliseconds kWaitStep = std::chrono::minutes(10);

// Leaked on purpose: programs call the module from exit handlers, after static objects have gone.
std::atomic<std::shared_ptr<Module>>& holder() {
  static auto& leaked = *new std::atomic<std::shared_ptr<Module>>;
  return leaked;
}

// What a child process inherited: its destructors would speak to pcscd over the parent's socket, so it is kept for ever.
void abandon(std::shared_ptr<Module> inherited) { new std::shared_ptr<Module>(std::move(inherited)); }

void say(const settings::File& file, settings::Kind kind) {
  for (const settings::Problem& problem : file.problems) {
    log_warning("myna: " + one_line(problem).en + ". " + problem.advice.en + ' ' + what_holds(kind).en);
  }
}

// Once in a process: programs initialise a module again and again.
void say_once(const FileConfig& files) {
  static std::atomic_flag said;
  if ((files.system.good() && files.user.good()) || said.test_and_set()) return;
  say(files.system, settings::Kind::system);
  say(files.user, settings::Kind::user);
}

}  // namespace

std::shared_ptr<Module> Module::current() {
  auto module = holder().load();
  return module && module->pid_ == ::getpid() ? module : nullptr;
}

CK_RV Module::initialise(std::string_view parameters) {
  if (current()) return CKR_CRYPTOKI_ALREADY_INITIALIZED;
  if (auto inherited = holder().exchange(nullptr)) abandon(std::move(inherited));
  const FileConfig files = config_from_files(built_in_config());
  say_once(files);
  auto made = std::make_shared<Module>(config_from(parameters, files.config, files.locked));
  std::shared_ptr<Module> none;
  return holder().compare_exchange_strong(none, std::move(made)) ? CKR_OK : CKR_CRYPTOKI_ALREADY_INITIALIZED;
}

CK_RV Module::finalise() {
  if (!current()) return CKR_CRYPTOKI_NOT_INITIALIZED;
  const auto module = holder().exchange(nullptr);
  if (!module) return CKR_CRYPTOKI_NOT_INITIALIZED;
  module->stop_.request_stop();
  return CKR_OK;   // the last call that still runs destroys it
}

Module::Module(const Config& config) : config_(config), source_(make_backend_source(config)) {
  const MutexLock lock(hub_.mutex);
  source_->add_to(hub_.readers);
}

std::shared_ptr<TokenReader> Module::reader_named(const std::string& name) {
  auto& reader = readers_[name];
  if (reader) return reader;
  reader = std::make_shared<TokenReader>(hub_, name, config_);
  for (const KeyKind kind : {KeyKind::auth, KeyKind::sign}) {
    const bool wanted = kind == KeyKind::auth ? config_.auth_token : config_.sign_token;
    if (wanted) slots_.push_back(std::make_shared<Slot>(slots_.size(), reader, kind, config_));
  }
  return reader;
}

// A reader that has gone keeps its slots, without a token: ids are never used again.
void Module::look_at_readers() {
  Result<std::vector<ReaderInfo>> seen = [this] {
    const MutexLock lock(hub_.mutex);
    return hub_.readers.readers();
  }();
  const MutexLock lock(mutex_);
  std::map<TokenReader*, bool> now;
  for (const auto& [name, reader] : readers_) now[reader.get()] = false;
  if (seen) {
    for (const ReaderInfo& info : *seen) now[reader_named(info.name).get()] = info.state == ReaderState::card_present;
  }
  for (const auto& [reader, present] : now) {
    const bool changed = reader->card_present() != present;
    reader->seen(present);
    if (!changed) continue;
    for (const auto& slot : slots_) {
      if (&slot->reader() == reader && std::ranges::find(events_, slot->id()) == events_.end()) events_.push_back(slot->id());
    }
  }
}

std::vector<CK_SLOT_ID> Module::slots(bool token_present, bool look) {
  if (look || !looked_.exchange(true)) look_at_readers();   // p11-kit never asks for the size first
  std::vector<std::shared_ptr<Slot>> all;
  {
    const MutexLock lock(mutex_);
    all = slots_;
  }
  std::vector<CK_SLOT_ID> ids;
  for (const auto& slot : all) {
    if (!token_present || slot->token_present()) ids.push_back(slot->id());
  }
  return ids;
}

std::shared_ptr<Slot> Module::slot(CK_SLOT_ID id) {
  const MutexLock lock(mutex_);
  return id < slots_.size() ? slots_[id] : nullptr;
}

// Waits on a hub of its own, so that nobody else has to.
CK_RV Module::wait_for_event(bool block, CK_SLOT_ID& slot) {
  ReaderHub waiting;
  if (block) {
    source_->add_to(waiting);
    (void)waiting.readers();
  }
  while (true) {
    look_at_readers();
    {
      const MutexLock lock(mutex_);
      if (!events_.empty()) {
        slot = events_.front();
        events_.pop_front();
        return CKR_OK;
      }
    }
    if (!block) return CKR_NO_EVENT;
    const auto event = waiting.wait(stop_.get_token(), kWaitStep);
    if (stop_.stop_requested()) return CKR_CRYPTOKI_NOT_INITIALIZED;
    if (!event) return CKR_FUNCTION_FAILED;
  }
}

CK_SESSION_HANDLE Module::open_session(std::shared_ptr<Slot> slot, CK_FLAGS flags) {
  const std::uint32_t generation = slot->reader().generation();
  const MutexLock lock(mutex_);
  const CK_SESSION_HANDLE handle = next_session_++;
  sessions_[handle] = std::make_shared<Session>(std::move(slot), flags, generation);
  return handle;
}

std::shared_ptr<Session> Module::session(CK_SESSION_HANDLE handle) {
  const MutexLock lock(mutex_);
  const auto found = sessions_.find(handle);
  if (found == sessions_.end()) return nullptr;
  if (found->second->generation == found->second->slot->reader().generation()) return found->second;
  sessions_.erase(found);
  return nullptr;
}

// A login ends with the last session of its token (PKCS#11 3.0, 5.6.2).
void Module::logout_if_last(const Slot& slot) {
  const bool others = std::ranges::any_of(sessions_, [&](const auto& entry) { return entry.second->slot->id() == slot.id(); });
  if (!others) slot.reader().logout(slot.kind());
}

bool Module::close_session(CK_SESSION_HANDLE handle) {
  const MutexLock lock(mutex_);
  const auto found = sessions_.find(handle);
  if (found == sessions_.end()) return false;
  const auto slot = found->second->slot;
  sessions_.erase(found);
  logout_if_last(*slot);
  return true;
}

void Module::close_sessions_of(CK_SLOT_ID id) {
  const MutexLock lock(mutex_);
  std::erase_if(sessions_, [id](const auto& entry) { return entry.second->slot->id() == id; });
  if (id < slots_.size()) logout_if_last(*slots_[id]);
}

}  // namespace myna::p11

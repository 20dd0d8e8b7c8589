// SPDX-License-Identifier: Apache-2.0
// Mutexes of which clang knows who holds them: -Wthread-safety refuses what touches a guarded member without its lock. To GCC these words
// are nothing. A condition is a std::condition_variable_any that waits on the mutex itself.
#pragma once

#include <mutex>

#ifdef __clang__
#define MYNA_LOCKING(attribute) __attribute__((attribute))
#else
#define MYNA_LOCKING(attribute)
#endif
#define MYNA_GUARDED_BY(mutex) MYNA_LOCKING(guarded_by(mutex))         // a member: touched with the mutex held
#define MYNA_PT_GUARDED_BY(mutex) MYNA_LOCKING(pt_guarded_by(mutex))   // what a member points to
#define MYNA_REQUIRES(mutex) MYNA_LOCKING(requires_capability(mutex))  // a function: called with the mutex held
#define MYNA_UNCHECKED MYNA_LOCKING(no_thread_safety_analysis)         // a function that clang cannot follow; say why

namespace myna {

template <typename Native>
class MYNA_LOCKING(capability("mutex")) BasicMutex {
 public:
  void lock() MYNA_LOCKING(acquire_capability()) { native_.lock(); }
  void unlock() MYNA_LOCKING(release_capability()) { native_.unlock(); }
  bool try_lock() MYNA_LOCKING(try_acquire_capability(true)) { return native_.try_lock(); }
  template <typename Duration>
  bool try_lock_for(Duration time) MYNA_LOCKING(try_acquire_capability(true)) {
    return native_.try_lock_for(time);
  }
  // Tells clang what it cannot see.
  void assert_held() const noexcept MYNA_LOCKING(assert_capability(this)) {}

 private:
  Native native_;
};
using Mutex = BasicMutex<std::mutex>;
using TimedMutex = BasicMutex<std::timed_mutex>;

// Holds a mutex for a scope.
template <typename M>
class MYNA_LOCKING(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(M& mutex) MYNA_LOCKING(acquire_capability(mutex)) : mutex_(mutex) { mutex_.lock(); }
  MutexLock(M& mutex, std::adopt_lock_t) MYNA_LOCKING(requires_capability(mutex)) : mutex_(mutex) {}
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;
  ~MutexLock() MYNA_LOCKING(release_capability()) { mutex_.unlock(); }

 private:
  M& mutex_;
};

// Lets go of a mutex that is held, for a scope.
template <typename M>
class MYNA_LOCKING(scoped_lockable) MutexUnlock {
 public:
  explicit MutexUnlock(M& mutex) MYNA_LOCKING(release_capability(mutex)) : mutex_(mutex) { mutex_.unlock(); }
  MutexUnlock(const MutexUnlock&) = delete;
  MutexUnlock& operator=(const MutexUnlock&) = delete;
  ~MutexUnlock() MYNA_LOCKING(release_capability()) { mutex_.lock(); }

 private:
  M& mutex_;
};

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// One reader: its machine, its session, and the thread that talks to its card.
#pragma once

#include <condition_variable>
#include <thread>

#include "myna/card/my_number_card.hpp"
#include "myna/core/mutex.hpp"
#include "myna/kiosk/kiosk_host.hpp"
#include "myna/ports/observed_channel.hpp"
#include "notices.hpp"
#include "operations.hpp"
#include "stoppable_channel.hpp"
#include "tally.hpp"

namespace myna::kiosk {

// The end of an operation, for whoever waits.
class Completion {
 public:
  void finish(const Status& status);
  // Errors: those of the operation; cancelled when stop was requested first.
  Status wait(const std::stop_token& stop);

 private:
  Mutex mutex_;
  std::condition_variable_any done_;
  std::optional<Status> status_ MYNA_GUARDED_BY(mutex_);
};

// What the lanes of one kiosk share. All of it outlives them.
struct LaneContext {
  const Options& options;
  ByteView mark_key;
  Notices& notices;
  Tally& tally;
};

class Lane {
 public:
  Lane(std::string name, bool is_virtual, ReaderBackend& backend, LaneContext around);
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;
  ~Lane();

  const std::string& name() const noexcept { return name_; }

  // For the thread that watches the readers.
  void report(Event event);
  // Time-outs, also while the thread of the lane is stuck in a reader.
  void look_at_time();

  // For the program; see Kiosk.
  ReaderView view() const;
  SessionPtr session() const;
  Result<std::uint64_t> submit(const PresenceSession& session, Request request, std::shared_ptr<Completion> completion);
  Status tell(const PresenceSession& session, Event event, std::string label = {});
  void cancel();
  void cancel_operation(const PresenceSession& session);

 private:
  struct Job {
    std::uint64_t session = 0, id = 0;     // id 0: recognition
    std::optional<Request> request{};
    Challenge challenge{};                 // of a recognition
    std::stop_source stop{};
    std::shared_ptr<Completion> completion{};
  };
  struct Outcome {
    std::optional<Error> error{};
    Held held{};
    Mark mark{};
  };

  std::chrono::milliseconds now() const;
  Step feed(const Input& input, Outcome* outcome = nullptr) MYNA_REQUIRES(mutex_);
  void react(const Step& step, Event event, Outcome* outcome) MYNA_REQUIRES(mutex_);
  void cancel_work() MYNA_REQUIRES(mutex_);
  void close_session() MYNA_REQUIRES(mutex_);
  void begin_recognition() MYNA_REQUIRES(mutex_);
  void note_label(const Step& step) MYNA_REQUIRES(mutex_);
  void post(Notice notice) MYNA_REQUIRES(mutex_);
  void finish_job(const Job& job, const Status& status) MYNA_REQUIRES(mutex_);
  bool is_current(const PresenceSession& session) const MYNA_REQUIRES(mutex_);
  void wait_for_work(const std::stop_token& stop) MYNA_REQUIRES(mutex_);
  void drop_card() MYNA_REQUIRES(mutex_);
  Outcome carry_out_unlocked(Job& job) MYNA_REQUIRES(mutex_);
  void run_job() MYNA_REQUIRES(mutex_);

  // On the lane's thread, without mutex_.
  void work(const std::stop_token& stop);
  Outcome carry_out(Job& job);
  Outcome recognise_with_healing(const Challenge& challenge, const std::stop_token& stop);
  Result<Recognition> open_and_recognise(const Challenge& challenge);
  void count_commands();

  const std::string name_;
  const bool is_virtual_;
  ReaderBackend& backend_;
  const LaneContext around_;
  const std::chrono::steady_clock::time_point born_ = std::chrono::steady_clock::now();

  mutable Mutex mutex_;
  KioskMachine machine_ MYNA_GUARDED_BY(mutex_);
  SessionPtr session_ MYNA_GUARDED_BY(mutex_);
  std::optional<Job> waiting_ MYNA_GUARDED_BY(mutex_);
  std::optional<Job> running_ MYNA_GUARDED_BY(mutex_);             // without its request
  std::uint64_t operations_ MYNA_GUARDED_BY(mutex_) = 0;
  // of this session; of the one that is to be confirmed until its card is compared
  Challenge challenge_ MYNA_GUARDED_BY(mutex_);
  std::optional<std::string> label_ MYNA_GUARDED_BY(mutex_);       // of the confirmation that is awaited
  bool drop_card_ MYNA_GUARDED_BY(mutex_) = false;
  bool card_left_ MYNA_GUARDED_BY(mutex_) = false;
  bool stirred_ MYNA_GUARDED_BY(mutex_) = false;
  std::condition_variable_any wake_;

  StopSwitch stop_switch_;                 // from here on: the lane's thread only
  ApduStatistics statistics_;
  std::uint64_t counted_apdus_ = 0, counted_pins_ = 0;
  const std::shared_ptr<RefusedPins> refused_;   // of every card until it leaves, whatever happens to its handle
  std::unique_ptr<MyNumberCard> card_;
  Recognition recognition_;
  std::jthread thread_;                    // last: stops first
};

}  // namespace myna::kiosk

// SPDX-License-Identifier: Apache-2.0
// One reader: its machine, its session, and the thread that talks to its card.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "myna/card/my_number_card.hpp"
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
  std::mutex mutex_;
  std::condition_variable_any done_;
  std::optional<Status> status_;
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
  // All of these with mutex_ held.
  Step feed(const Input& input, Outcome* outcome = nullptr);
  void react(const Step& step, Event event, Outcome* outcome);
  void cancel_work();
  void close_session();
  void begin_recognition();
  void note_label(const Step& step);
  void post(Notice notice);
  void finish_job(const Job& job, const Status& status);
  bool is_current(const PresenceSession& session) const;
  void wait_for_work(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void drop_card(std::unique_lock<std::mutex>& lock);
  void run_job(std::unique_lock<std::mutex>& lock);

  // Without it, on the lane's thread.
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

  mutable std::mutex mutex_;               // around all down to wake_
  KioskMachine machine_;
  SessionPtr session_;
  std::optional<Job> waiting_;
  std::optional<Job> running_;             // without its request
  std::uint64_t operations_ = 0;
  Challenge challenge_;                    // of this session; of the one that is to be confirmed until its card is compared
  std::optional<std::string> label_;       // of the confirmation that is awaited
  bool drop_card_ = false, card_left_ = false, stirred_ = false;
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

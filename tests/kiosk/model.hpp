// SPDX-License-Identifier: Apache-2.0
// A small world around the kiosk machine (a reader, three cards, persons who do anything at any time) and an oracle that judges it. The
// oracle is written from the promises, in terms of who is where; it knows nothing of the table.
#pragma once

#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "myna/kiosk/kiosk.hpp"

namespace myna::test {

struct Operation {
  std::uint64_t session = 0;
  int card = 0;
  bool recognition = false;
  std::chrono::milliseconds started{};
};

class KioskWorld {
 public:
  explicit KioskWorld(std::uint32_t seed, std::span<const kiosk::Row> table = kiosk::kiosk_table());

  // One random happening. False: a promise is broken, and why() says which.
  bool step();
  const std::string& why() const { return why_; }
  const std::array<std::uint32_t, kiosk::kStates>& visits() const { return visits_; }

 private:
  // What happens.
  void happen();
  void place_card();
  void remove_card();
  void reader_comes_or_goes();
  void finish_operation();
  void program_asks();
  void time_passes();
  void feed(const kiosk::Input& input);

  // What the machine asks for, carried out.
  void carry_out(const kiosk::Step& step);
  void begin_operation(bool recognition);

  // What must be so.
  void expect(bool promise, const char* text);
  bool ends(const kiosk::Input& input) const;
  bool time_is_over() const;
  void judge_arrival(const kiosk::Input& input, const kiosk::Step& step);
  void judge_program(const kiosk::Input& input, const kiosk::Step& step);
  void judge_result(const kiosk::Input& input, const kiosk::Step& step);
  void note(const kiosk::Input& input, const kiosk::Step& step);
  void note_program(const kiosk::Input& input);
  void note_end(const kiosk::Input& input);
  void note_time(const kiosk::Step& step, bool broke);
  kiosk::State end_of(const kiosk::Input& input) const;
  kiosk::State screen() const;
  void judge_always();

  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }
  bool is_live(const kiosk::Input& input) const { return session_ && input.session == session_->session; }

  std::mt19937 random_;
  kiosk::Policy policy_;
  kiosk::KioskMachine machine_;
  std::string why_;
  std::array<std::uint32_t, kiosk::kStates> visits_{};

  std::chrono::milliseconds now_{}, last_taken_{};
  bool reader_ = false;
  std::optional<int> card_;               // what lies on the reader
  std::optional<Operation> session_;      // whose session is open
  std::optional<int> visible_;            // whose data can be seen
  std::optional<Operation> running_;
  std::vector<Operation> late_;           // cancelled ones that still come back
  std::optional<int> asked_by_;           // who asked for confirmation
  std::chrono::milliseconds asked_at_{};
  bool left_since_ = false;               // ... and took the card away since
  bool was_empty_ = true;                 // the reader, before the card that was placed last
  bool usable_ = false, asking_ = false, committed_ = false;
  bool dead_ = false, warned_ = false;    // nothing more may be had of the card that lies there
  kiosk::State reason_{};                 // ... and why
  int pins_ = 0;
};

}  // namespace myna::test

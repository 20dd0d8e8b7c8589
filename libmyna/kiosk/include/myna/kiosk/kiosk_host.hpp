// SPDX-License-Identifier: Apache-2.0
// Kiosk: every reader of some backends, each with its own lane and machine, behind one stream of notices.
//
// Threads: one for each backend, which waits for its readers, and one for each reader, which talks to the card. All are joined by the
// destructor. Every member may be called from any thread; none waits for a card but run(). Nothing calls back.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "myna/kiosk/kiosk.hpp"
#include "myna/kiosk/kiosk_requests.hpp"
#include "myna/kiosk/presence.hpp"
#include "myna/ports/reader_backend.hpp"
#include "myna/trust/cv_certificate.hpp"

namespace myna::kiosk {

struct Counter;   // a card that is served

struct Options {
  Policy policy{};
  std::uint8_t pin_floor = 2;            // with fewer tries left no PIN is sent; at least 1
  Bytes service_key{};                   // for pseudonyms, at least 16 bytes; empty: random, so that they end with this process
  std::vector<CvAnchor> anchors{};       // who is trusted for the data of cards
  bool test_anchors = false;             // accept test issuers, those of virtual cards; they are dropped otherwise
  bool require_proof = false;            // data that is not proven is not handed on
  LengthMode length_mode = LengthMode::automatic;
  // How the 個人番号 is read: kiosk_number.hpp, a library of its own. Without it ReadNumber is refused.
  Result<Held> (*read_number)(Counter& counter, ReadNumber&& request) = nullptr;
  // The last step of healing a reader that hangs or does not come back, for instance a reset of its USB port. Called from threads of the
  // kiosk.
  std::function<void(const std::string& reader)> revive{};
};

enum class NoticeKind : std::uint8_t {
  nothing,     // the time was up
  state,       // a reader's state changed
  finished,    // an operation ended
  committed,   // the same card came again: `label` is confirmed
  dropped,     // ... it did not: `label` is not confirmed
  lost,        // notices were not fetched in time and are gone: ask readers()
};

struct Notice {
  NoticeKind kind = NoticeKind::nothing;
  std::string reader{};
  State state{};
  std::uint64_t session = 0;             // 0 when none is open
  std::uint64_t operation = 0;           // of finished
  std::optional<Error> error{};          // of finished, and why a state was entered
  std::string label{};
};

struct ReaderView {
  std::string name;
  State state{};
  bool is_virtual = false;
  std::uint64_t session = 0;             // 0 when none is open
};

// Since the kiosk began. Nothing here says anything about a person.
struct Metrics {
  std::uint64_t sessions = 0, foreign_cards = 0, operations = 0, operations_failed = 0, pins_sent = 0, pins_refused = 0, commits = 0,
                left_behind = 0;
  std::uint64_t reader_losses = 0, reader_returns = 0, service_losses = 0, reconnects = 0, revivals = 0, hangs = 0;
  std::uint64_t apdus = 0;
};

using SessionPtr = std::shared_ptr<PresenceSession>;

class Kiosk {
 public:
  Kiosk(std::vector<std::unique_ptr<ReaderBackend>> backends, Options options);
  Kiosk(const Kiosk&) = delete;
  Kiosk& operator=(const Kiosk&) = delete;
  ~Kiosk();   // cancels everything, wipes everything

  std::vector<ReaderView> readers() const;

  // The next notice. Errors: cancelled.
  Result<Notice> wait(std::stop_token stop, std::chrono::milliseconds at_most);
  // Readable while a notice is there, for poll(); to be waited on only.
  int notice_fd() const noexcept;

  // The open session of a reader, once its card was recognised; nullptr without.
  SessionPtr session(const std::string& reader) const;

  // Begins an operation and tells its end by a notice. One at a time. Errors: session_ended; invalid_argument (check() of the request, an
  // operation runs, confirmation is awaited, or the PIN attempts of this placement are spent: the card must be placed again);
  // reader_unknown.
  Result<std::uint64_t> submit(const SessionPtr& session, Request request);
  // The same, and waits for its end. Errors: those of the operation; session_ended as soon as the card leaves; cancelled when stop was
  // requested.
  Status run(const SessionPtr& session, Request request, std::stop_token stop = {});
  // Ends the running operation of this session at its next command.
  void cancel_operation(const SessionPtr& session);

  // What the person does. Errors: session_ended, invalid_argument (not now).
  Status want_pin(const SessionPtr& session);      // a PIN pad is shown
  Status decline_pin(const SessionPtr& session);   // ... and closed
  Status touch(const SessionPtr& session);         // still there: the idle time begins anew
  // Asks for the same card again; a notice says `committed` or `dropped`. `label` is the program's own and names no person: check_label().
  Status confirm(const SessionPtr& session, std::string label);
  // Ends the session, and a confirmation that is awaited. Errors: reader_unknown.
  Status cancel(const std::string& reader);

  Metrics metrics() const;

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace myna::kiosk

// SPDX-License-Identifier: Apache-2.0
// A desk with readers in memory: cards are placed, taken, swapped and disturbed at any moment, from any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "myna/ports/reader_backend.hpp"
#include "myna/virtual/fault_script.hpp"
#include "myna/virtual/virtual_card.hpp"

namespace myna::test {

// A card that may lie on a reader of any desk.
struct DeskCard {
  explicit DeskCard(CardImage image);
  VirtualCard card;
  std::mutex mutex;
};
using DeskCardPtr = std::shared_ptr<DeskCard>;
DeskCardPtr make_card(CardImage image);

class Desk {
 public:
  explicit Desk(std::vector<std::string> readers = {"Desk 1"});

  // The port to it; the desk must outlive it.
  std::unique_ptr<ReaderBackend> backend();

  void place(const DeskCardPtr& card, const std::string& reader = "Desk 1", std::vector<Fault> faults = {});
  void take(const std::string& reader = "Desk 1");
  // Taken before the n-th command from now; the watcher sees it then.
  void take_at(std::uint32_t command, const std::string& reader = "Desk 1");
  // Exchanged before the n-th command, so quickly that nobody sees it but by the reset.
  void swap_at(std::uint32_t command, const DeskCardPtr& card, const std::string& reader = "Desk 1");
  // Another card beside it: nobody can tell them apart until they are taken.
  void crowd(const std::string& reader = "Desk 1");
  void unplug(const std::string& reader = "Desk 1");
  void plug_in(const std::string& reader = "Desk 1");
  void service(bool there);
  // The next so many openings fail.
  void fail_openings(int count, Errc code);
  // Commands wait until released.
  void hang(bool hanging);

  std::uint32_t commands(const std::string& reader = "Desk 1");

 private:
  friend class DeskBackend;
  friend class DeskChannel;
  struct Place {
    bool plugged = true, crowded = false;
    DeskCardPtr card;
    std::uint32_t insertion = 0, commands = 0;
    std::vector<Fault> faults{};
    std::optional<std::uint32_t> take_at{}, swap_at{};
    DeskCardPtr swap_to{};
  };
  void put(Place& place, const DeskCardPtr& card);
  void tell(ReaderEventKind kind, const std::string& reader);
  void before_command(const std::string& reader);

  std::mutex mutex_;   // around all
  std::condition_variable_any changed_;
  std::map<std::string, Place> places_;
  std::deque<ReaderEvent> events_;
  bool service_ = true, hanging_ = false;
  int failing_ = 0;
  Errc failure_{};
};

}  // namespace myna::test

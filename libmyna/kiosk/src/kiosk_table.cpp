// SPDX-License-Identifier: Apache-2.0
// The table of the kiosk machine. Change it, run tests/kiosk/states_page, and read the picture.
#include "myna/kiosk/kiosk.hpp"

namespace myna::kiosk {
namespace {

using enum State;
using enum Action;

constexpr StateSet kOver{foreign, unreadable, two_cards, changed, pin_wrong, last_try, blocked, failed, other_card, finished, left_behind};
constexpr StateSet kReady{presented, served, committed};
constexpr StateSet kBusy{recognising, reading, comparing};
constexpr StateSet kUnconfirmed = kReady | StateSet{recognising, reading, asking_pin};
constexpr StateSet kLive = kUnconfirmed | StateSet{confirm_remove, comparing};
constexpr StateSet kCard = kLive | kOver;
constexpr Actions kEnd = close | cancel | forget;

constexpr Row kTable[] = {
    // Readers come and go.
    {.from = no_reader, .event = Event::reader_back, .to = idle},
    {.from = kCard | StateSet{idle, confirm_retap}, .event = Event::reader_lost, .to = no_reader, .actions = kEnd | restore},

    // A card is placed.
    {.from = idle, .event = Event::card_arrived, .to = recognising, .actions = open | recognise},
    {.from = idle, .event = Event::card_silent, .to = unreadable},
    {.from = idle, .event = Event::two_cards, .to = State::two_cards},
    {.from = recognising, .event = Event::recognised, .to = presented},
    {.from = recognising, .event = Event::not_ours, .to = foreign, .actions = close},
    {.from = recognising, .event = Event::operation_failed, .to = unreadable, .actions = close},

    // The second tap.
    {.from = confirm_retap, .event = Event::card_arrived, .to = comparing, .actions = open | recognise},
    {.from = confirm_retap, .event = Event::card_silent, .to = confirm_remove},
    {.from = confirm_retap, .event = Event::two_cards, .to = confirm_remove},
    {.from = confirm_retap, .event = Event::cancelled, .to = idle, .actions = forget},
    {.from = confirm_retap, .event = Event::tick, .guard = Guard::retap_over, .to = idle, .actions = forget},
    {.from = comparing, .event = Event::recognised, .guard = Guard::same_card, .to = committed, .actions = commit | forget},
    {.from = comparing, .event = Event::recognised, .to = other_card, .actions = close | forget},
    {.from = comparing, .event = Event::not_ours, .to = other_card, .actions = close | forget},
    {.from = comparing, .event = Event::operation_failed, .to = confirm_remove, .actions = close},
    {.from = comparing, .event = Event::card_changed, .to = confirm_remove, .actions = close | cancel},

    // A card leaves.
    {.from = confirm_remove, .event = Event::card_removed, .to = confirm_retap, .actions = close | restore},
    {.from = comparing, .event = Event::card_removed, .to = confirm_retap, .actions = close | cancel},
    {.from = kUnconfirmed | kOver, .event = Event::card_removed, .to = idle, .actions = close | cancel | restore},

    // More than one card, or not the one that was there.
    {.from = kCard.without(changed), .event = Event::card_arrived, .to = changed, .actions = kEnd},
    {.from = kCard.without(State::two_cards), .event = Event::two_cards, .to = State::two_cards, .actions = kEnd},
    {.from = kCard.without(unreadable), .event = Event::card_silent, .to = unreadable, .actions = kEnd},
    {.from = kUnconfirmed | confirm_remove, .event = Event::card_changed, .to = changed, .actions = kEnd},

    // Operations.
    {.from = kReady, .event = Event::operation_started, .to = reading},
    {.from = kReady, .event = Event::pin_wanted, .guard = Guard::attempt_left, .to = asking_pin},
    {.from = asking_pin, .event = Event::pin_declined, .guard = Guard::has_data, .to = served},
    {.from = asking_pin, .event = Event::pin_declined, .to = presented},
    {.from = kReady | asking_pin, .event = Event::pin_given, .guard = Guard::attempt_left, .to = reading, .actions = spend},
    {.from = reading, .event = Event::operation_done, .to = served, .actions = publish},
    {.from = reading, .event = Event::operation_refused, .guard = Guard::has_data, .to = served},
    {.from = reading, .event = Event::operation_refused, .to = presented},
    {.from = reading, .event = Event::pin_wrong, .to = State::pin_wrong, .actions = close},
    {.from = reading, .event = Event::pin_blocked, .to = blocked, .actions = close},
    {.from = reading, .event = Event::last_try_refused, .to = last_try, .actions = close},
    {.from = reading, .event = Event::operation_failed, .to = failed, .actions = close},

    // Confirming and ending.
    {.from = kReady, .event = Event::confirm_asked, .to = confirm_remove, .actions = remember},
    {.from = kLive, .event = Event::cancelled, .to = finished, .actions = kEnd},

    // Time.
    {.from = kReady | StateSet{asking_pin, confirm_remove}, .event = Event::touched},
    {.from = kReady | asking_pin, .event = Event::tick, .guard = Guard::idle_over, .to = left_behind, .actions = close | warn},
    {.from = confirm_remove, .event = Event::tick, .guard = Guard::retap_over, .to = left_behind, .actions = close | forget | warn},
    {.from = kBusy, .event = Event::tick, .guard = Guard::operation_over, .to = failed, .actions = kEnd},
    {.from = {foreign, unreadable, State::two_cards, changed, State::pin_wrong, last_try, blocked, failed, other_card, finished},
     .event = Event::tick, .guard = Guard::placement_over, .to = left_behind, .actions = warn},
};

}  // namespace

std::span<const Row> kiosk_table() noexcept { return kTable; }

}  // namespace myna::kiosk

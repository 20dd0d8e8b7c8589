// SPDX-License-Identifier: Apache-2.0
#include "exit_code.hpp"

#include <array>

#include "myna/core/enum_table.hpp"

namespace myna::cli {
namespace {

struct Row {
  Errc code;
  Exit exit;
};

constexpr std::array kRows{
    Row{Errc::invalid_argument, Exit::usage},
    Row{Errc::pin_malformed, Exit::usage},
    Row{Errc::no_service, Exit::no_card},
    Row{Errc::no_reader, Exit::no_card},
    Row{Errc::reader_unknown, Exit::no_card},
    Row{Errc::reader_ambiguous, Exit::usage},
    Row{Errc::reader_unusable, Exit::no_card},
    Row{Errc::no_card, Exit::no_card},
    Row{Errc::card_unresponsive, Exit::no_card},
    Row{Errc::several_cards, Exit::no_card},
    Row{Errc::card_foreign, Exit::no_card},
    Row{Errc::application_absent, Exit::no_card},
    Row{Errc::card_removed, Exit::removed},
    Row{Errc::card_changed, Exit::removed},
    Row{Errc::card_busy, Exit::removed},
    Row{Errc::link_lost, Exit::removed},
    Row{Errc::file_absent, Exit::no_card},
    Row{Errc::certificate_absent, Exit::no_card},
    Row{Errc::access_denied, Exit::usage},
    Row{Errc::unexpected_status, Exit::no_card},
    Row{Errc::malformed, Exit::system},
    Row{Errc::misplaced_object, Exit::bad},
    Row{Errc::pin_wrong, Exit::pin_wrong},
    Row{Errc::pin_blocked, Exit::pin_blocked},
    Row{Errc::last_try_refused, Exit::refused},
    Row{Errc::counter_touched, Exit::refused},
    Row{Errc::pin_refused_before, Exit::refused},
    Row{Errc::counter_unknown, Exit::refused},
    Row{Errc::signature_mismatch, Exit::bad},
    Row{Errc::crypto_failed, Exit::system},
    Row{Errc::storage_failed, Exit::system},
    Row{Errc::timed_out, Exit::removed},
    Row{Errc::cancelled, Exit::interrupted},
    Row{Errc::pin_unavailable, Exit::usage},
    Row{Errc::pin_file_unsafe, Exit::usage},
    Row{Errc::output_exists, Exit::system},
    Row{Errc::output_unsuitable, Exit::system},
    Row{Errc::document_unsupported, Exit::usage},
    Row{Errc::document_encrypted, Exit::usage},
    Row{Errc::document_locked, Exit::usage},
    Row{Errc::timestamp_failed, Exit::system},
    Row{Errc::timestamp_invalid, Exit::bad},
    Row{Errc::session_ended, Exit::removed},
    Row{Errc::other_card, Exit::removed},
    Row{Errc::key_unsupported, Exit::no_card},
};

consteval bool rows_follow_the_enumeration() {
  for (std::size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].code != static_cast<Errc>(i)) return false;
  }
  return kRows.size() == kEnumSize<Errc>;
}
static_assert(rows_follow_the_enumeration());

}  // namespace

Exit exit_code(Errc code) noexcept { return kRows.at(static_cast<std::size_t>(code)).exit; }

// What is wrong with an object of the card is no trouble of a file or of this system.
Exit exit_code(const Error& error) noexcept {
  const Exit exit = exit_code(error.code);
  return exit == Exit::system && error.about != nullptr ? Exit::no_card : exit;
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// What an Error is in the standard's words.
#pragma once

#include <array>

#include "myna/core/enum_table.hpp"
#include "myna/core/error.hpp"
#include "pkcs11/cryptoki.hpp"

namespace myna::p11 {

// Every Errc has its row, in the order of the enumeration.
struct ErrorRow {
  Errc code;
  CK_RV value;
};
inline constexpr std::array kErrorRows{
    ErrorRow{Errc::invalid_argument, CKR_ARGUMENTS_BAD},
    ErrorRow{Errc::pin_malformed, CKR_PIN_INCORRECT},            // browsers ask again on it
    ErrorRow{Errc::no_service, CKR_DEVICE_ERROR},
    ErrorRow{Errc::no_reader, CKR_TOKEN_NOT_PRESENT},
    ErrorRow{Errc::reader_unknown, CKR_TOKEN_NOT_PRESENT},
    ErrorRow{Errc::reader_ambiguous, CKR_TOKEN_NOT_PRESENT},
    ErrorRow{Errc::reader_unusable, CKR_DEVICE_ERROR},
    ErrorRow{Errc::no_card, CKR_TOKEN_NOT_PRESENT},
    ErrorRow{Errc::card_unresponsive, CKR_TOKEN_NOT_RECOGNIZED},
    ErrorRow{Errc::several_cards, CKR_TOKEN_NOT_PRESENT},
    ErrorRow{Errc::card_foreign, CKR_TOKEN_NOT_RECOGNIZED},
    ErrorRow{Errc::application_absent, CKR_DEVICE_ERROR},        // as a file that is missing
    ErrorRow{Errc::card_removed, CKR_DEVICE_REMOVED},
    ErrorRow{Errc::card_changed, CKR_DEVICE_REMOVED},
    ErrorRow{Errc::card_busy, CKR_DEVICE_ERROR},
    ErrorRow{Errc::link_lost, CKR_DEVICE_ERROR},
    ErrorRow{Errc::file_absent, CKR_DEVICE_ERROR},
    ErrorRow{Errc::certificate_absent, CKR_TOKEN_NOT_PRESENT},
    ErrorRow{Errc::access_denied, CKR_USER_NOT_LOGGED_IN},
    ErrorRow{Errc::unexpected_status, CKR_DEVICE_ERROR},
    ErrorRow{Errc::malformed, CKR_DEVICE_ERROR},
    ErrorRow{Errc::misplaced_object, CKR_DEVICE_ERROR},
    ErrorRow{Errc::pin_wrong, CKR_PIN_INCORRECT},
    ErrorRow{Errc::pin_blocked, CKR_PIN_LOCKED},                 // browsers stop on it
    ErrorRow{Errc::last_try_refused, CKR_PIN_LOCKED},
    ErrorRow{Errc::counter_touched, CKR_USER_NOT_LOGGED_IN},
    ErrorRow{Errc::pin_refused_before, CKR_PIN_INCORRECT},
    ErrorRow{Errc::counter_unknown, CKR_DEVICE_ERROR},
    ErrorRow{Errc::signature_mismatch, CKR_DEVICE_ERROR},
    ErrorRow{Errc::crypto_failed, CKR_GENERAL_ERROR},
    ErrorRow{Errc::storage_failed, CKR_HOST_MEMORY},             // no memory that can be locked
    ErrorRow{Errc::timed_out, CKR_DEVICE_ERROR},
    ErrorRow{Errc::cancelled, CKR_FUNCTION_CANCELED},
    ErrorRow{Errc::pin_unavailable, CKR_ARGUMENTS_BAD},
    ErrorRow{Errc::pin_file_unsafe, CKR_GENERAL_ERROR},
    ErrorRow{Errc::output_exists, CKR_GENERAL_ERROR},
    ErrorRow{Errc::output_unsuitable, CKR_GENERAL_ERROR},
    // Of documents and of presence sessions: no module has them.
    ErrorRow{Errc::document_unsupported, CKR_GENERAL_ERROR},
    ErrorRow{Errc::document_encrypted, CKR_GENERAL_ERROR},
    ErrorRow{Errc::document_locked, CKR_GENERAL_ERROR},
    ErrorRow{Errc::timestamp_failed, CKR_GENERAL_ERROR},
    ErrorRow{Errc::timestamp_invalid, CKR_GENERAL_ERROR},
    ErrorRow{Errc::session_ended, CKR_GENERAL_ERROR},
    ErrorRow{Errc::other_card, CKR_GENERAL_ERROR},
    ErrorRow{Errc::key_unsupported, CKR_KEY_TYPE_INCONSISTENT},
};

consteval bool every_error_has_its_row() {
  for (std::size_t at = 0; at < kErrorRows.size(); ++at) {
    if (static_cast<std::size_t>(kErrorRows[at].code) != at) return false;
  }
  return kErrorRows.size() == kEnumSize<Errc>;
}
static_assert(every_error_has_its_row());

constexpr CK_RV return_value(Errc code) { return kErrorRows[static_cast<std::size_t>(code)].value; }

constexpr CK_RV return_value(const Error& error) { return return_value(error.code); }

// For functions that take a slot: a card that leaves while they run was not there for them (PKCS#11 3.0, 5.1.3).
constexpr CK_RV token_error(const Error& error) {
  const CK_RV value = return_value(error);
  return value == CKR_DEVICE_REMOVED ? CKR_TOKEN_NOT_PRESENT : value;
}

}  // namespace myna::p11

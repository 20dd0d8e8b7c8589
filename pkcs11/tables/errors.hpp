// SPDX-License-Identifier: Apache-2.0
// What an Error is in the standard's words.
#pragma once

#include "myna/core/error.hpp"
#include "pkcs11/cryptoki.hpp"

namespace myna::p11 {

// Every Errc has its row: without a default the compiler tells of a missing one.
constexpr CK_RV return_value(Errc code) {
  switch (code) {
    case Errc::invalid_argument: return CKR_ARGUMENTS_BAD;
    case Errc::pin_malformed: return CKR_PIN_INCORRECT;      // browsers ask again on it
    case Errc::pin_wrong: return CKR_PIN_INCORRECT;
    case Errc::pin_refused_before: return CKR_PIN_INCORRECT;
    case Errc::pin_blocked: return CKR_PIN_LOCKED;           // browsers stop on it
    case Errc::last_try_refused: return CKR_PIN_LOCKED;
    case Errc::counter_touched: return CKR_USER_NOT_LOGGED_IN;
    case Errc::counter_unknown: return CKR_DEVICE_ERROR;
    case Errc::no_service: return CKR_DEVICE_ERROR;
    case Errc::no_reader: return CKR_TOKEN_NOT_PRESENT;
    case Errc::reader_unknown: return CKR_TOKEN_NOT_PRESENT;
    case Errc::reader_ambiguous: return CKR_TOKEN_NOT_PRESENT;
    case Errc::reader_unusable: return CKR_DEVICE_ERROR;
    case Errc::no_card: return CKR_TOKEN_NOT_PRESENT;
    case Errc::card_unresponsive: return CKR_TOKEN_NOT_RECOGNIZED;
    case Errc::several_cards: return CKR_TOKEN_NOT_PRESENT;
    case Errc::card_foreign: return CKR_TOKEN_NOT_RECOGNIZED;
    case Errc::application_absent: return CKR_DEVICE_ERROR;   // as a file that is missing
    case Errc::card_removed: return CKR_DEVICE_REMOVED;
    case Errc::card_changed: return CKR_DEVICE_REMOVED;
    case Errc::card_busy: return CKR_DEVICE_ERROR;
    case Errc::link_lost: return CKR_DEVICE_ERROR;
    case Errc::file_absent: return CKR_DEVICE_ERROR;
    case Errc::certificate_absent: return CKR_TOKEN_NOT_PRESENT;
    case Errc::access_denied: return CKR_USER_NOT_LOGGED_IN;
    case Errc::unexpected_status: return CKR_DEVICE_ERROR;
    case Errc::malformed: return CKR_DEVICE_ERROR;
    case Errc::misplaced_object: return CKR_DEVICE_ERROR;
    case Errc::signature_mismatch: return CKR_DEVICE_ERROR;
    case Errc::crypto_failed: return CKR_GENERAL_ERROR;
    case Errc::storage_failed: return CKR_HOST_MEMORY;       // no memory that can be locked
    case Errc::timed_out: return CKR_DEVICE_ERROR;
    case Errc::key_unsupported: return CKR_KEY_TYPE_INCONSISTENT;
    case Errc::cancelled: return CKR_FUNCTION_CANCELED;
    case Errc::pin_unavailable: return CKR_ARGUMENTS_BAD;
    case Errc::pin_file_unsafe: return CKR_GENERAL_ERROR;
    case Errc::output_exists: return CKR_GENERAL_ERROR;
    case Errc::output_unsuitable: return CKR_GENERAL_ERROR;
    // Of documents and of presence sessions: no module has them.
    case Errc::document_unsupported:
    case Errc::document_encrypted:
    case Errc::document_locked:
    case Errc::timestamp_failed:
    case Errc::timestamp_invalid:
    case Errc::session_ended:
    case Errc::other_card: return CKR_GENERAL_ERROR;
  }
  return CKR_GENERAL_ERROR;
}

constexpr CK_RV return_value(const Error& error) { return return_value(error.code); }

// For functions that take a slot: a card that leaves while they run was not there for them (PKCS#11 3.0, 5.1.3).
constexpr CK_RV token_error(const Error& error) {
  const CK_RV value = return_value(error);
  return value == CKR_DEVICE_REMOVED ? CKR_TOKEN_NOT_PRESENT : value;
}

}  // namespace myna::p11

/* SPDX-License-Identifier: Apache-2.0
 * libmyna.so.0: the My Number card for kiosks and terminals in any language. docs/kiosk.md tells how it is used.
 *
 * Threads. Every function may be called from any thread. myna_kiosk_new() starts threads of its own, one for each kind of readers, one for each reader,
 * and one for the callback while there is one; myna_kiosk_free() joins them all. Callbacks come from that one thread, one after the other; in a
 * callback everything may be called but myna_kiosk_free() and myna_kiosk_listen(). Operations on a session wait for the card; they end at once, with
 * "session-ended", when the card leaves or another thread calls myna_kiosk_cancel() or myna_kiosk_free(), and at the next command of the card, with
 * "cancelled", after myna_session_cancel().
 *
 * Ownership. What a function of the form myna_X_... returns as `myna_X *` belongs to the caller, who frees it with myna_X_free(); NULL is always
 * allowed there. A `const char *` belongs to the object it was asked of, or lives for ever (texts of languages, myna_version()). Nothing that is
 * passed in is kept; PINs are wiped after use. myna_data is the caller's copy of something personal: it is wiped when it is freed, and it is the one
 * thing that the library cannot take back when the card leaves.
 *
 * Errors. Functions that can fail take `myna_error **error` last: NULL, or the address of a pointer that is set to a new error when they fail and left
 * alone otherwise. They return 0 for success and -1 for failure, or NULL for failure. All text is UTF-8.
 *
 * Arguments. A NULL where the words below do not allow it, a name that does not exist, and a value out of its limits are refused with
 * "invalid-argument", before anything is sent to a card. Functions without an error answer NULL, 0 or -1 to a NULL. The limits are those of
 * docs/kiosk-service.md: a PIN that belongs to the operation, a challenge of 16 to 1024 bytes, an audience of 1 to 255 bytes, at most 150 years,
 * a hash as long as its digest, a label of 1 to 200 bytes, a service key of 16 to 1024.
 */
#ifndef MYNA_H
#define MYNA_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define MYNA_API __attribute__((visibility("default")))
#else
#define MYNA_API
#endif

typedef struct myna_error myna_error;
typedef struct myna_data myna_data;
typedef struct myna_options myna_options;
typedef struct myna_kiosk myna_kiosk;
typedef struct myna_readers myna_readers;
typedef struct myna_notice myna_notice;
typedef struct myna_session myna_session;

enum { MYNA_ENGLISH = 0, MYNA_JAPANESE = 1 };

MYNA_API const char *myna_version(void);

/* Errors: a stable name ("pin-wrong"), what happened, what to do next, and the tries left where that is known, else -1. */
MYNA_API const char *myna_error_name(const myna_error *error);
MYNA_API const char *myna_error_message(const myna_error *error, int language);
MYNA_API const char *myna_error_advice(const myna_error *error, int language);
MYNA_API int myna_error_tries_left(const myna_error *error);
/* The file, PIN or application of the card that it is about; NULL when it is about the card as a whole, or none. */
MYNA_API const char *myna_error_about(const myna_error *error, int language);
MYNA_API void myna_error_free(myna_error *error);

/* Bytes, with a NUL behind them that is not counted. */
MYNA_API const void *myna_data_bytes(const myna_data *data);
MYNA_API size_t myna_data_size(const myna_data *data);
MYNA_API void myna_data_free(myna_data *data);

/* Where readers come from: "pcsc" (pcscd), "usb" (an RC-S380 without pcscd), "virtual:DIRECTORY" (a virtual card, or a link to one that comes and goes).
 * At least one. Settings by name, each with a default: "idle" 60, "placement" 15, "operation" 30, "retap" 30 (1 to 600 seconds, fractions allowed), "attempts" 1
 * (PINs in one placement, 1 to 3), "pin-floor" 2 (with fewer tries left no PIN is sent, 1 to 5), "test-issuers" no, "require-proof" no,
 * "apdu" auto|short|extended, "trust" DIRECTORY (more than once; /etc/myna/trust without). A pin-floor of 1 is refused where /etc/myna/myna.toml locks
 * allow-last-try. The service key makes pseudonyms that last; at least 16 bytes. */
MYNA_API myna_options *myna_options_new(void);
MYNA_API int myna_options_add_readers(myna_options *options, const char *readers, myna_error **error);
MYNA_API int myna_options_set(myna_options *options, const char *name, const char *value, myna_error **error);
MYNA_API int myna_options_set_service_key(myna_options *options, const void *key, size_t size, myna_error **error);
MYNA_API void myna_options_free(myna_options *options);

MYNA_API myna_kiosk *myna_kiosk_new(const myna_options *options, myna_error **error);
/* Cancels and wipes everything and joins all threads. Sessions that are still held then only answer "session-ended". */
MYNA_API void myna_kiosk_free(myna_kiosk *kiosk);

MYNA_API myna_readers *myna_kiosk_readers(myna_kiosk *kiosk, myna_error **error);
MYNA_API size_t myna_readers_count(const myna_readers *readers);
MYNA_API const char *myna_readers_name(const myna_readers *readers, size_t at);
MYNA_API const char *myna_readers_state(const myna_readers *readers, size_t at);   /* docs/kiosk-states.md */
MYNA_API int myna_readers_is_virtual(const myna_readers *readers, size_t at);
MYNA_API void myna_readers_free(myna_readers *readers);
/* What a screen says in a state; NULL for a state that does not exist. */
MYNA_API const char *myna_state_text(const char *state, int language);

/* Notices: "state" (a reader's state changed), "finished" (an operation ended), "committed", "dropped" (of myna_session_confirm), "lost" (notices were
 * not fetched in time). Wait for the next: 1 and a notice; 0 when the time was up or myna_kiosk_interrupt() was called; -1. A negative time waits
 * without end. The descriptor is readable while a notice is there. */
MYNA_API int myna_kiosk_wait(myna_kiosk *kiosk, int milliseconds, myna_notice **notice, myna_error **error);
MYNA_API void myna_kiosk_interrupt(myna_kiosk *kiosk);
MYNA_API int myna_kiosk_descriptor(const myna_kiosk *kiosk);
/* Instead of waiting: a callback from one thread. The notice belongs to the library. NULL ends it and joins the thread. */
typedef void (*myna_listener)(const myna_notice *notice, void *context);
MYNA_API int myna_kiosk_listen(myna_kiosk *kiosk, myna_listener listener, void *context, myna_error **error);
MYNA_API const char *myna_notice_kind(const myna_notice *notice);
MYNA_API const char *myna_notice_reader(const myna_notice *notice);
MYNA_API const char *myna_notice_state(const myna_notice *notice);
MYNA_API const char *myna_notice_label(const myna_notice *notice);
MYNA_API uint64_t myna_notice_session(const myna_notice *notice);                   /* 0: none */
MYNA_API const myna_error *myna_notice_error(const myna_notice *notice);            /* NULL: none */
MYNA_API void myna_notice_free(myna_notice *notice);

/* Counters since the kiosk began, by the names of docs/kiosk.md; 0 for a name that does not exist. */
MYNA_API uint64_t myna_kiosk_metric(const myna_kiosk *kiosk, const char *name);

/* The session of the card on a reader, or on any for NULL: waits so long for one. Errors: "timed-out", "cancelled" (myna_kiosk_interrupt). */
MYNA_API myna_session *myna_kiosk_session(myna_kiosk *kiosk, const char *reader, int milliseconds, myna_error **error);
/* Ends the session of a reader, and a confirmation that is awaited. */
MYNA_API int myna_kiosk_cancel(myna_kiosk *kiosk, const char *reader, myna_error **error);
MYNA_API const char *myna_session_reader(const myna_session *session);
MYNA_API uint64_t myna_session_number(const myna_session *session);
MYNA_API int myna_session_is_alive(const myna_session *session);
MYNA_API int myna_session_is_virtual(const myna_session *session);
MYNA_API void myna_session_free(myna_session *session);

/* Operations. PINs by name: "auth", "sign", "text", "text-code-b", "face-code-a", "face-code-b", "face-birth"; UTF-8, as typed. */
MYNA_API int myna_session_identify(myna_session *session, myna_error **error);
MYNA_API int myna_session_count_tries(myna_session *session, myna_error **error);
MYNA_API int myna_session_verify_pin(myna_session *session, const char *pin_name, const char *pin, myna_error **error);
MYNA_API int myna_session_read_attributes(myna_session *session, const char *pin_name, const char *pin, myna_error **error);
MYNA_API int myna_session_read_face(myna_session *session, const char *pin_name, const char *pin, myna_error **error);
/* The 個人番号, proven: the law (番号法) allows its use for social security, tax and disaster matters only, so `purpose` (3 to 200 bytes) says why. PIN
 * "text" or "text-code-a". A library built without the number answers "invalid-argument". */
MYNA_API int myna_session_read_number(myna_session *session, const char *pin_name, const char *pin, const char *purpose, myna_error **error);
MYNA_API int myna_session_log_in(myna_session *session, const char *pin, const char *audience, const void *challenge, size_t size, myna_error **error);
MYNA_API int myna_session_check_age(myna_session *session, const char *pin_name, const char *pin, unsigned years, const char *yyyymmdd, myna_error **error);
MYNA_API int myna_session_sign_digest(myna_session *session, const char *pin_name, const char *pin, const char *digest, const void *hash, size_t size,
                                      myna_error **error);
MYNA_API int myna_session_read_certificate(myna_session *session, const char *kind, const char *pin, myna_error **error);   /* pin: NULL, or of `sign` */
MYNA_API int myna_session_remind_renewal(myna_session *session, myna_error **error);
/* Ends the operation that another thread waits for. */
MYNA_API void myna_session_cancel(myna_session *session);

/* What operations read, by name; "file-absent" when it was not read, "session-ended" when the card has left.
 * identify: pseudonym, kind, card-expiry, municipality. count tries: counters, lines of PIN=TRIES, PIN=absent or PIN=unreadable. attributes: name, address, birth-date, sex. face: photo, face-name, face-address (PNG), face-birth-date,
 * face-expiry. log in: log-in-certificate, log-in-issuer, log-in-signature, log-in-chain. age: old-enough (yes, no), age-genuine. signature:
 * signature, signature-certificate, signature-chain. certificate: certificate. renewal: certificate-until, card-until, days-left, renewal-due, link.
 * number: number (12 digits; absent where its proof failed, or was required and could not be had).
 * Of attributes, face and number also: NAME-genuine (proven, not-proven, failed: all lines together, the card's own key among them), NAME-report
 * (lines of CHECK=RESULT), NAME-reasons (lines of CHECK=REASON for what is not proven or failed). age: age-reason likewise. */
MYNA_API myna_data *myna_session_data(myna_session *session, const char *name, myna_error **error);
/* Tries left of a PIN after myna_session_count_tries(); -1 when that is not known. */
MYNA_API int myna_session_tries_left(myna_session *session, const char *pin_name);

/* What the person does. Errors: "session-ended", "invalid-argument" (not now). */
MYNA_API int myna_session_want_pin(myna_session *session, myna_error **error);
MYNA_API int myna_session_decline_pin(myna_session *session, myna_error **error);
MYNA_API int myna_session_touch(myna_session *session, myna_error **error);
MYNA_API int myna_session_confirm(myna_session *session, const char *label, myna_error **error);

#ifdef __cplusplus
}
#endif

#endif

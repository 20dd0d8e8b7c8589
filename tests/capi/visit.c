/* SPDX-License-Identifier: Apache-2.0
 * One visit in C99, as docs/kiosk.md shows it. */
#include <stdio.h>
#include <string.h>

#include "myna.h"

static int show(myna_session *session, const char *name) {
  myna_data *data = myna_session_data(session, name, NULL);
  if (data == NULL) return -1;
  printf("%s: %s\n", name, (const char *)myna_data_bytes(data));
  myna_data_free(data);
  return 0;
}

static int visit(myna_kiosk *kiosk, myna_error **error) {
  int status = -1;
  myna_session *session = myna_kiosk_session(kiosk, NULL, 20000, error);
  if (session == NULL) return -1;
  if (myna_session_identify(session, error) == 0 && myna_session_count_tries(session, error) == 0 && myna_session_tries_left(session, "text") == 3 &&
      myna_session_read_attributes(session, "text", "5678", error) == 0) {
    status = show(session, "pseudonym") | show(session, "name") | show(session, "birth-date");
  }
  myna_session_free(session);
  return status;
}

int visit_in_c(const char *readers);
int visit_in_c(const char *readers) {
  int status = -1;
  myna_error *error = NULL;
  myna_kiosk *kiosk = NULL;
  myna_options *options = myna_options_new();
  if (myna_options_add_readers(options, readers, &error) == 0 && myna_options_set(options, "test-issuers", "yes", &error) == 0 &&
      (kiosk = myna_kiosk_new(options, &error)) != NULL) {
    status = visit(kiosk, &error);
  }
  if (error != NULL) fprintf(stderr, "%s: %s\n", myna_error_message(error, MYNA_ENGLISH), myna_error_advice(error, MYNA_ENGLISH));
  myna_error_free(error);
  myna_kiosk_free(kiosk);
  myna_options_free(options);
  return status;
}

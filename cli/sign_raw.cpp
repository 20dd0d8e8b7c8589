// SPDX-License-Identifier: Apache-2.0
// --format raw: a PKCS#1 v1.5 value over the DigestInfo of each file, with either key.
#include "cli/pin_input.hpp"
#include "cli/sign_job.hpp"

namespace myna::cli {
namespace {

Status sign_jobs(JpkiApplication& jpki, KeyKind key, Digest digest, SignJobs& jobs) {
  for (SignJob& job : jobs) {
    MYNA_TRY(const Bytes info, digest_info(digest, job.hash));
    MYNA_TRY(job.signature, jpki.sign(key, info));
  }
  return {};
}

// --check: every value against the certificate, before anything is written.
Status check(JpkiApplication& jpki, KeyKind key, Digest digest, const SignJobs& jobs) {
  MYNA_TRY(const auto der, jpki.certificate(key_row(jpki.profile(), key).certificate));
  MYNA_TRY(const auto public_key, certificate_public_key(der.view()));
  for (const SignJob& job : jobs) {
    MYNA_TRY(const Bytes info, digest_info(digest, job.hash));
    MYNA_CHECK(public_key->verify_pkcs1(info, job.signature));
  }
  return {};
}

template <PinKind Kind>
Status sign_with(Context& context, KeyKind key, SignJobs& jobs) {
  const SignOptions& options = context.invocation.sign;
  const Precondition precondition = key == KeyKind::sign ? require_sign_certificate : nullptr;
  MYNA_TRY(auto card, open_card(context));
  MYNA_TRY(auto pin, obtain_pin<Kind>(context, card, precondition));
  return in_jpki(card, [&](JpkiApplication& jpki) -> Status {
    if (context.has_stored_pin() && precondition != nullptr) MYNA_CHECK(precondition(jpki));
    if (options.check) MYNA_CHECK(jpki.learn_extended_length());
    MYNA_CHECK(use_pin(context, card, jpki, std::move(pin)));
    MYNA_CHECK(sign_jobs(jpki, key, chosen_digest(options), jobs));
    return options.check ? check(jpki, key, chosen_digest(options), jobs) : Status{};
  });
}

}  // namespace

Status sign_raw(Context& context, SignJobs& jobs) {
  if (context.invocation.sign.key == "auth") return sign_with<PinKind::auth>(context, KeyKind::auth, jobs);
  return sign_with<PinKind::sign>(context, KeyKind::sign, jobs);
}

}  // namespace myna::cli

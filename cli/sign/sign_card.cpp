// SPDX-License-Identifier: Apache-2.0
// The card's part of a batch. Only APDUs and a few hashes inside the transaction.
#include <algorithm>

#include "cli/prompts/pin_input.hpp"
#include "sign_job.hpp"

namespace myna::cli {
namespace {

// The signature certificate may be missing: nobody is asked for its PIN then.
Precondition precondition_of(PinKind pin) { return pin == PinKind::sign ? Precondition(CertificateKind::sign) : std::nullopt; }

SignRequest request_of(const Context& context, const SignFormat& format, Pin&& pin) {
  const SignOptions& options = context.invocation.sign;
  const bool insist = context.has_stored_pin() && precondition_of(pin.row().kind).has_value();
  return {.pin = std::move(pin),
          .signer = format.needs_certificates || options.check,
          .issuer = format.needs_certificates,
          .insist = insist,
          .pss = options.jws.pss};
}

void fail_job(SignJob& job, const Error& error) {
  job.state = JobState::failed;
  job.error = error;
}

Result<Bytes> prepare(const SigningIdentity& identity, SignJob& job) {
  MYNA_TRY(job.pending, job.document->prepare(identity));
  return job.pending->digest_info();
}

// A card that does not do PSS refuses with 6A86 and has signed nothing; a value that is no PSS after all is found out with the public key.
void explain_pss(const Context& context, const Error& error) {
  if (!context.invocation.sign.jws.pss || error.code != Errc::unexpected_status) return;
  context.output.note(context.words()({"This card makes no PSS signatures; leave --pss out.", "このカードはPSS署名に対応していません。--pss を外してください。"}));
}

// Nothing where the job has trouble of its own: the others go on.
Result<bool> sign_job(Context& context, const SigningIdentity& identity, const SignOne& sign_one, SignJob& job) {
  const auto info = prepare(identity, job);
  if (!info) {
    fail_job(job, info.error());
    return false;
  }
  auto made = sign_one(*info);
  if (!made) {
    explain_pss(context, made.error());
    fail_job(job, made.error());
    return Unexpected(made.error());
  }
  job.signature = *std::move(made);
  return true;
}

Status sign_all(Context& context, const SignerCertificates& certificates, const SignOne& sign_one, SignJobs& jobs,
                const std::function<void(SignJob&)>& on_signed) {
  const SigningIdentity identity{.signer = certificates.signer.view(), .issuer = certificates.issuer.view(),
                                 .signing_time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
  const auto all = static_cast<std::size_t>(std::ranges::count(jobs, JobState::waiting, &SignJob::state));
  std::size_t done = 0;
  for (SignJob& job : jobs) {
    if (job.state != JobState::waiting) continue;
    if (context.stop.stop_requested()) return fail(Errc::cancelled);
    MYNA_TRY(const bool made, sign_job(context, identity, sign_one, job));
    if (!made) continue;
    on_signed(job);
    show_progress(context, {"signed", "署名"}, ++done, all);
  }
  return {};
}

}  // namespace

Status sign_with_card(Context& context, const SignFormat& format, SignJobs& jobs, SignerCertificates& certificates,
                      const std::function<void(SignJob&)>& on_signed) {
  const PinKind kind = context.invocation.sign.key == "auth" ? PinKind::auth : PinKind::sign;
  MYNA_TRY(auto card, open_card(context));
  MYNA_TRY(Pin pin, obtain_pin(context, card, kind, precondition_of(kind)));
  return sign_digests(card.card, request_of(context, format, std::move(pin)), context.card_policy(), certificates,
                      [&](const SignOne& sign_one) { return sign_all(context, certificates, sign_one, jobs, on_signed); });
}

}  // namespace myna::cli

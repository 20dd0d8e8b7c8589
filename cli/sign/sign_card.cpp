// SPDX-License-Identifier: Apache-2.0
// The card's part of a batch. Only APDUs and a few hashes inside the transaction.
#include <algorithm>

#include "cli/terminal/pin_input.hpp"
#include "sign_job.hpp"

namespace myna::cli {
namespace {

// What a batch asks of the card.
struct Plan {
  KeyKind key;
  Precondition precondition;     // before anybody is asked for a PIN
  bool signer;                   // read the signer's certificate
  bool issuer;                   // and that of its CA
  bool pss;
};

Plan plan_of(const SignFormat& format, const SignOptions& options) {
  const bool sign = options.key != "auth";
  return {.key = sign ? KeyKind::sign : KeyKind::auth, .precondition = sign ? require_sign_certificate : nullptr,
          .signer = format.needs_certificates || options.check, .issuer = format.needs_certificates, .pss = options.jws.pss};
}

class CardWork {
 public:
  CardWork(Context& context, const Plan& plan, SignJobs& jobs, SignerCertificates& certificates,
           const std::function<void(SignJob&)>& on_signed)
      : context_(context), plan_(plan), jobs_(jobs), certificates_(certificates), on_signed_(on_signed) {}

  template <PinKind Kind>
  Status run() {
    MYNA_TRY(auto card, open_card(context_));
    MYNA_TRY(auto pin, obtain_pin<Kind>(context_, card, plan_.precondition));
    return in_jpki(card, [&](JpkiApplication& jpki) -> Status {
      if (context_.has_stored_pin() && plan_.precondition != nullptr) MYNA_CHECK(plan_.precondition(jpki));
      MYNA_CHECK(before_verify(jpki));
      MYNA_CHECK(use_pin(context_, card, jpki, std::move(pin)));
      MYNA_CHECK(after_verify(jpki));
      return sign_all(jpki);
    });
  }

 private:
  // The issuer's certificate is free and longer than 256 bytes: read before the VERIFY it also tells whether extended length works.
  Status before_verify(JpkiApplication& jpki) {
    if (plan_.issuer) {
      const CertificateKind issuer = plan_.key == KeyKind::sign ? CertificateKind::sign_ca : CertificateKind::auth_ca;
      MYNA_TRY(certificates_.issuer, jpki.certificate(issuer));
      return is_readable(certificates_.issuer.view(), certificate_row(jpki.profile(), issuer));
    }
    return plan_.signer ? jpki.learn_extended_length() : Status{};
  }

  Status after_verify(JpkiApplication& jpki) {
    if (!plan_.signer) return {};
    const CertificateKind signer = key_row(jpki.profile(), plan_.key).certificate;
    MYNA_TRY(certificates_.signer, jpki.certificate(signer));
    return is_usable(certificates_.signer.view(), certificate_row(jpki.profile(), signer));
  }

  static Status is_readable(ByteView der, const CertificateRow& row) {
    const auto fields = parse_certificate(der);
    return fields ? Status{} : Status{Unexpected(about(fields.error(), &row.title))};
  }

  // Before anything is signed that could not be checked.
  static Status is_usable(ByteView der, const CertificateRow& row) {
    const auto key = certificate_rsa_key(der);
    return key ? is_readable(der, row) : Status{Unexpected(about(key.error(), &row.title))};
  }

  Status sign_all(JpkiApplication& jpki) {
    const SigningIdentity identity{.signer = certificates_.signer.view(), .issuer = certificates_.issuer.view(),
                                   .signing_time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
    const auto all = static_cast<std::size_t>(std::ranges::count(jobs_, JobState::waiting, &SignJob::state));
    std::size_t done = 0;
    for (SignJob& job : jobs_) {
      if (job.state != JobState::waiting) continue;
      if (context_.stop.stop_requested()) return fail(Errc::cancelled);
      const auto info = prepare(identity, job);
      if (!info) {
        fail_job(job, info.error());   // its own trouble: the others go on
        continue;
      }
      auto made = sign_one(jpki, *info);
      if (!made) {
        fail_job(job, made.error());
        return Unexpected(made.error());
      }
      job.signature = *std::move(made);
      on_signed_(job);
      show_progress(context_, {"signed", "署名"}, ++done, all);
    }
    return {};
  }

  static Result<Bytes> prepare(const SigningIdentity& identity, SignJob& job) {
    MYNA_TRY(job.pending, job.document->prepare(identity));
    return job.pending->digest_info();
  }

  // A card that does not do PSS refuses with 6A86 and has signed nothing; a value that is no PSS after all is found out with the public
  // key.
  Result<Bytes> sign_one(JpkiApplication& jpki, ByteView info) const {
    constexpr std::size_t kSha256 = 32;
    if (!plan_.pss) return jpki.sign(plan_.key, info);
    auto made = jpki.sign_pss(plan_.key, info.last(kSha256));
    if (!made && made.error().code == Errc::unexpected_status) {
      context_.output.note(context_.words()(
          {"This card makes no PSS signatures; leave --pss out.", "このカードはPSS署名に対応していません。--pss を外してください。"}));
    }
    return made;
  }

  static void fail_job(SignJob& job, const Error& error) {
    job.state = JobState::failed;
    job.error = error;
  }

  Context& context_;
  const Plan plan_;
  SignJobs& jobs_;
  SignerCertificates& certificates_;
  const std::function<void(SignJob&)>& on_signed_;
};

}  // namespace

Status sign_with_card(Context& context, const SignFormat& format, SignJobs& jobs, SignerCertificates& certificates,
                      const std::function<void(SignJob&)>& on_signed) {
  const Plan plan = plan_of(format, context.invocation.sign);
  CardWork work(context, plan, jobs, certificates, on_signed);
  return plan.key == KeyKind::auth ? work.run<PinKind::auth>() : work.run<PinKind::sign>();
}

}  // namespace myna::cli

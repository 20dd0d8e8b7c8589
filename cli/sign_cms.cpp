// SPDX-License-Identifier: Apache-2.0
// --format cms: CAdES-B-B with the signature key. Only APDUs and a few hashes inside the transaction.
#include "cli/file_stream.hpp"
#include "cli/pin_input.hpp"
#include "cli/sign_job.hpp"
#include "myna/cms_verify.hpp"

namespace myna::cli {
namespace {

Status sign_jobs(JpkiApplication& jpki, Digest digest, const CmsCertificates& certificates, SignJobs& jobs) {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  for (SignJob& job : jobs) {
    MYNA_TRY(job.cms, CmsSignature::prepare({.signer = certificates.signer.view(), .issuer = certificates.issuer.view(),
                                             .digest = digest, .content_hash = job.hash, .signing_time = now}));
    MYNA_TRY(const Bytes info, job.cms->digest_info());
    MYNA_TRY(job.signature, jpki.sign(KeyKind::sign, info));
  }
  return {};
}

Status write_attached(ByteView detached, Digest digest, SignJob& job) {
  MYNA_TRY(FileStream file, FileStream::open(job.input));
  const auto hasher = make_hasher(digest);
  const ByteSource hashed = [&](std::span<Byte> out) -> Result<std::size_t> {
    MYNA_TRY(const std::size_t count, file.read(out));
    hasher->update(ByteView(out).first(count));
    return count;
  };
  MYNA_CHECK(attach_content(detached, hashed, [&job](ByteView piece) { return job.output.write(piece); }));
  return hasher->finish() == job.hash ? Status{} : Status{fail(Errc::malformed)};   // the file changed under our hands
}

Status check_report(ByteView signature, const ContentHashes& hashes, const CmsCertificates& certificates) {
  VerifyOptions options;
  options.trust_anchors.emplace_back(certificates.issuer.view().begin(), certificates.issuer.view().end());
  MYNA_TRY(const auto reports, verify_cms(signature, hashes, options));
  for (const SignerReport& report : reports) {
    for (const Check& check : report.checks) {
      // An expired certificate is the business of whoever verifies: the signature itself is what it should be.
      if (check.result == CheckResult::bad && check.code != "validity") return fail(Errc::signature_mismatch);
    }
  }
  return {};
}

// Our own result as it lies on the disk, read back and verified.
Status check_written(const SignJob& job, bool detached, const CmsCertificates& certificates) {
  if (job.output.path() == "-") return {};
  ContentHashes hashes;
  MYNA_TRY(FileStream file, FileStream::open(job.output.temporary_path()));
  const ByteSink to_hashes = [&hashes](ByteView piece) {
    hashes.update(piece);
    return Status{};
  };
  MYNA_TRY(const CmsReader reader, CmsReader::read(file.source(), to_hashes));
  if (detached) MYNA_CHECK(for_each_piece(job.input, [&hashes](ByteView piece) { hashes.update(piece); }));
  hashes.finish();
  return check_report(reader.detached(), hashes, certificates);
}

}  // namespace

Result<CmsCertificates> sign_cms(Context& context, SignJobs& jobs) {
  MYNA_TRY(auto card, open_card(context));
  MYNA_TRY(auto pin, obtain_pin<PinKind::sign>(context, card, require_sign_certificate));
  return in_jpki(card, [&](JpkiApplication& jpki) -> Result<CmsCertificates> {
    if (context.has_stored_pin()) MYNA_CHECK(require_sign_certificate(jpki));
    CmsCertificates certificates;
    // Free and longer than 256 bytes: read before the VERIFY it also tells whether extended length works.
    MYNA_TRY(certificates.issuer, jpki.certificate(CertificateKind::sign_ca));
    MYNA_CHECK(use_pin(context, card, jpki, std::move(pin)));
    MYNA_TRY(certificates.signer, jpki.certificate(CertificateKind::sign));
    MYNA_CHECK(sign_jobs(jpki, chosen_digest(context.invocation.sign), certificates, jobs));
    return certificates;
  });
}

Status deliver_cms(const SignOptions& options, const CmsCertificates& certificates, SignJob& job) {
  MYNA_TRY(const Bytes detached, job.cms->finish(job.signature));
  MYNA_CHECK(options.detached ? job.output.write(detached) : write_attached(detached, chosen_digest(options), job));
  MYNA_CHECK(check_written(job, options.detached, certificates));
  return job.output.commit();
}

}  // namespace myna::cli

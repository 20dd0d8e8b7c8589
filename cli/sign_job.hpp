// SPDX-License-Identifier: Apache-2.0
// One file on its way to a signature, and what every format does with a batch of them.
#pragma once

#include <string>
#include <vector>

#include "cli/atomic_file.hpp"
#include "cli/card_access.hpp"
#include "myna/cms.hpp"

namespace myna::cli {

struct SignJob {
  std::string input;
  AtomicFile output;
  Bytes hash;                          // of the file, by the chosen digest
  std::uint64_t bytes = 0;             // its size
  Bytes signature;                     // raw: what the card answered; cms: the same, inside `cms`
  std::optional<CmsSignature> cms{};
};
using SignJobs = std::vector<SignJob>;

Digest chosen_digest(const SignOptions& options);

// The card's part: one transaction for all jobs. Afterwards nothing is written yet.
Status sign_raw(Context& context, SignJobs& jobs);
// Two certificates stay behind for the check of the results.
struct CmsCertificates {
  SecretBytes signer;
  SecretBytes issuer;
};
Result<CmsCertificates> sign_cms(Context& context, SignJobs& jobs);

// Writes, checks and renames one CMS. Errors: signature_mismatch when our own result does not verify, malformed when the
// file changed meanwhile, storage_failed.
Status deliver_cms(const SignOptions& options, const CmsCertificates& certificates, SignJob& job);

// The list that is signed, before anybody is asked for a PIN; asks for consent where a person types it and there is more
// than one file, unless --yes. Errc::cancelled when it is refused.
Status show_list(Context& context, const SignJobs& jobs);

}  // namespace myna::cli

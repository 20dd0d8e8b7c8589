// SPDX-License-Identifier: Apache-2.0
// One output on its way to a signature, and what every format does with a batch of them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/card/card_access.hpp"
#include "cli/files/atomic_file.hpp"
#include "myna/use_cases/sign_digests.hpp"
#include "sign_format.hpp"

namespace myna::cli {

// `signed` and `failed` are about this file; what a failure elsewhere kept from being signed is `waiting`.
enum class JobState : std::uint8_t { waiting, failed, delivered };

struct SignJob {
  std::vector<std::string> inputs;
  std::string output_path;
  JobState state = JobState::waiting;
  Error error{};                                   // when failed
  std::optional<AtomicFile> output{};              // none when it could not be made
  std::unique_ptr<Document> document{};
  std::unique_ptr<DocumentSignature> pending{};
  Bytes signature{};                               // what the card answered; empty when it was not reached
  Status delivered{};                              // what came of writing it, when there is a signature
};
using SignJobs = std::vector<SignJob>;

// Where the signature of this input goes.
std::string output_of(const SignFormat& format, const SignOptions& options, const std::string& input);

// The card's part: one transaction, one VERIFY, one signature a job. The card only ever makes a PKCS#1 v1.5 value over a DigestInfo of
// ours, and no library holds a private key, so there is no other card operation a format could cause. An error leaves the jobs signed so
// far with their signature; the one that it happened to has failed when the card had begun with it. `on_signed` hears of each signature at
// once, in the order of the jobs, and must not wait.
Status sign_with_card(Context& context, const SignFormat& format, SignJobs& jobs, SignerCertificates& certificates,
                      const std::function<void(SignJob&)>& on_signed);

// Time-stamps, writes, verifies and renames one output. Errors: signature_mismatch when our own result does not verify, malformed when the
// file changed meanwhile, those of the time stamp, storage_failed, output_exists.
Status deliver(const SignFormat& format, const SignOptions& options, const SignerCertificates& certificates, SignJob& job);

// The list that is signed, before anybody is asked for a PIN; asks for consent where a person types it and there is more
// than one file, unless --yes. Errc::cancelled when it is refused.
Status show_list(Context& context, const SignJobs& jobs);

// A bar on the terminal, where there is something to wait for.
void show_progress(const Context& context, const Text& label, std::size_t done, std::size_t all);

// What became of each file: JSON files[], and a summary for people when there are several.
void report_jobs(Context& context, const SignJobs& jobs);

}  // namespace myna::cli

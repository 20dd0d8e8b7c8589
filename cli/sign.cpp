// SPDX-License-Identifier: Apache-2.0
// myna sign --format raw: hash first, open the outputs, then one transaction for all files.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "cli/atomic_file.hpp"
#include "cli/pin_input.hpp"

namespace myna::cli {
namespace {

// One file on its way: what the card signs, what it answered, where that goes.
struct Job {
  std::string input;
  AtomicFile output;
  Bytes digest_info;
  Bytes signature;
};

Result<Bytes> hash_file(const std::string& path, Digest digest) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail_native(Errc::storage_failed, errno);
  const auto hasher = make_hasher(digest);
  Bytes part(1 << 16);
  ssize_t count = 0;
  while ((count = ::read(fd, part.data(), part.size())) != 0) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    hasher->update(ByteView(part).first(static_cast<std::size_t>(count)));
  }
  const int error = errno;
  ::close(fd);
  if (count < 0) return fail_native(Errc::storage_failed, error);
  return hasher->finish();
}

std::string output_of(const SignOptions& options, const std::string& input) {
  if (options.output_directory.empty()) return options.output;
  return (std::filesystem::path(options.output_directory) / std::filesystem::path(input).filename()).string() + ".sig";
}

// `subject` names the file that an error is about.
Result<Job> prepare(const SignOptions& options, const std::string& input, std::string& subject) {
  const Digest digest = *digest_by_name(options.digest);
  subject = output_of(options, input);
  MYNA_TRY(auto output, AtomicFile::create(subject, options.force));
  subject = input;
  MYNA_TRY(const Bytes hash, hash_file(input, digest));
  MYNA_TRY(Bytes info, digest_info(digest, hash));
  return Job{input, std::move(output), std::move(info), {}};
}

// What cannot be right before any file is touched.
std::optional<Text> objection(const SignOptions& options) {
  if (options.output.empty() && options.output_directory.empty()) {
    return Text{"Say where the signature goes: -o OUT or --out-dir DIR.", "出力先を -o または --out-dir で指定してください。"};
  }
  if (options.files.size() > 1 && options.output_directory.empty()) {
    return Text{"Several files need --out-dir.", "複数のファイルには --out-dir が必要です。"};
  }
  std::set<std::string> outputs;
  for (const std::string& file : options.files) {
    if (!outputs.insert(output_of(options, file)).second) {
      return Text{"Two of the files have the same name.", "同じ名前のファイルがあります。"};
    }
  }
  return std::nullopt;
}

// The public key of the certificate for --check.
Status check(JpkiApplication& jpki, CertificateKind kind, const std::vector<Job>& jobs) {
  MYNA_TRY(const auto der, jpki.certificate(kind));
  MYNA_TRY(const auto key, certificate_public_key(der.view()));
  for (const Job& job : jobs) MYNA_CHECK(key->verify_pkcs1(job.digest_info, job.signature));
  return {};
}

template <PinKind Kind>
Status sign_all(Context& context, OpenCard& card, KeyKind key, std::vector<Job>& jobs) {
  const Precondition precondition = key == KeyKind::sign ? require_sign_certificate : nullptr;
  MYNA_TRY(const auto pin, obtain_pin<Kind>(context, card, precondition));
  return in_jpki(card, [&](JpkiApplication& jpki) -> Status {
    if (context.has_stored_pin() && precondition != nullptr) MYNA_CHECK(precondition(jpki));
    if (context.invocation.sign.check) MYNA_CHECK(jpki.learn_extended_length());
    MYNA_CHECK(jpki.verify(pin, context.try_policy(), card.card.refused_pins()));
    for (Job& job : jobs) {
      MYNA_TRY(job.signature, jpki.sign(key, job.digest_info));
    }
    if (!context.invocation.sign.check) return {};
    return check(jpki, key_row(jpki.profile(), key).certificate, jobs);
  });
}

Status sign_with_card(Context& context, std::vector<Job>& jobs) {
  MYNA_TRY(auto card, open_card(context));
  if (context.invocation.sign.key == "auth") return sign_all<PinKind::auth>(context, card, KeyKind::auth, jobs);
  return sign_all<PinKind::sign>(context, card, KeyKind::sign, jobs);
}

Status deliver(Job& job) {
  MYNA_CHECK(job.output.write(job.signature));
  return job.output.commit();
}

Exit worse(Exit a, Exit b) { return std::max(a, b); }

// Files that can be signed; the others are reported and leave their exit code.
std::vector<Job> prepare_all(Context& context, Exit& exit) {
  std::vector<Job> jobs;
  for (const std::string& file : context.invocation.sign.files) {
    std::string subject;
    auto job = prepare(context.invocation.sign, file, subject);
    if (job) jobs.push_back(*std::move(job));
    else exit = worse(exit, context.output.error(job.error(), subject));
  }
  return jobs;
}

Exit deliver_all(Context& context, std::vector<Job>& jobs, Exit exit) {
  for (Job& job : jobs) {
    const Status delivered = deliver(job);
    if (!delivered) exit = worse(exit, context.output.error(delivered.error(), job.output.path()));
    else context.output.document()["files"].push_back({{"input", job.input}, {"output", job.output.path()}});
  }
  return exit;
}

}  // namespace

Exit run_sign(Context& context) {
  if (const auto text = objection(context.invocation.sign)) return context.output.usage(*text);
  context.output.document()["files"] = Json::array();
  Exit exit = Exit::good;
  std::vector<Job> jobs = prepare_all(context, exit);
  if (jobs.empty()) return exit;
  const Status signed_all = sign_with_card(context, jobs);
  if (!signed_all) return worse(exit, context.output.error(signed_all.error()));
  return deliver_all(context, jobs, exit);
}

}  // namespace myna::cli

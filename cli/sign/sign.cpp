// SPDX-License-Identifier: Apache-2.0
// myna sign: every file is read and hashed and every output opened, then one transaction for all of them; each output is written, verified
// and renamed while the card makes the next signature.
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>

#include "sign_delivery.hpp"

namespace myna::cli {
namespace {

Exit worse(Exit a, Exit b) { return std::max(a, b); }

// Every output of a batch is open at once, and 1024 would soon be too few.
void allow_many_files() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

class Batch {
 public:
  Batch(Context& context, const SignFormat& format) : context_(context), options_(context.invocation.sign), format_(format) {}

  Exit run() {
    allow_many_files();
    auto stamper = make_time_stamper(context_);
    if (!stamper) return context_.output.error(stamper.error());
    stamper_ = *std::move(stamper);
    prepare_all();
    if (std::ranges::any_of(jobs_, is_waiting)) sign_and_deliver();
    report_jobs(context_, jobs_);
    return exit_;
  }

 private:
  static bool is_waiting(const SignJob& job) { return job.state == JobState::waiting; }

  void prepare_all() {
    if (format_.gathers) return prepare(options_.files);
    for (const std::string& file : options_.files) prepare({file});
  }

  // One that cannot be signed is reported, and the others go on.
  void prepare(const std::vector<std::string>& inputs) {
    SignJob& job = jobs_.emplace_back();
    job.inputs = inputs;
    job.output_path = output_of(format_, options_, inputs.front());
    auto output = AtomicFile::create(job.output_path, options_.force);
    if (!output) return failed(job, output.error(), job.output_path);
    auto document = format_.open({.paths = inputs, .options = options_, .stamper = stamper_.get()});
    if (!document) return failed(job, document.error(), inputs.front());
    job.output.emplace(*std::move(output));
    job.document = *std::move(document);
  }

  void failed(SignJob& job, const Error& error, const std::string& subject) {
    job.state = JobState::failed;
    job.error = error;
    exit_ = worse(exit_, context_.output.error(error, subject));
  }

  void sign_and_deliver() {
    const Status consent = show_list(context_, jobs_);
    SignerCertificates certificates;
    Delivery delivery([&](SignJob& job) { finish(certificates, job); });
    const Status signed_all =
        consent ? sign_with_card(context_, format_, jobs_, certificates, [&](SignJob& job) { delivery.add(job); }) : consent;
    report_unprepared();
    report_delivered(delivery);
    if (!signed_all) exit_ = worse(exit_, context_.output.error(signed_all.error()));
  }

  // Those that showed only at the card, with its certificates, that they cannot be signed.
  void report_unprepared() {
    for (SignJob& job : jobs_) {
      if (job.state == JobState::failed && job.output && !job.pending) failed(job, job.error, job.inputs.front());
    }
  }

  // On the thread of the delivery.
  void finish(const SignerCertificates& certificates, SignJob& job) {
    job.delivered = deliver(format_, options_, certificates, job);
    job.pending.reset();
    job.output.reset();
  }

  // What the card has signed is finished even when it did not get to the end of the list.
  void report_delivered(Delivery& delivery) {
    const auto all = static_cast<std::size_t>(std::ranges::count_if(jobs_, [](const SignJob& job) { return !job.signature.empty(); }));
    std::size_t done = 0;
    for (SignJob& job : jobs_) {
      if (job.signature.empty()) continue;
      delivery.wait_for(++done);
      if (job.delivered) job.state = JobState::delivered;
      else failed(job, job.delivered.error(), job.output_path);
      show_progress(context_, {"written", "書き込み"}, done, all);
    }
  }

  Context& context_;
  const SignOptions& options_;
  const SignFormat& format_;
  std::unique_ptr<TimeStamper> stamper_;
  SignJobs jobs_;
  Exit exit_ = Exit::good;
};

}  // namespace

std::string output_of(const SignFormat& format, const SignOptions& options, const std::string& input) {
  if (options.output_directory.empty()) return options.output;
  const std::string name = std::filesystem::path(input).filename().string();
  return (std::filesystem::path(options.output_directory) / (name + std::string(options.detached ? format.detached_ending : format.ending)))
      .string();
}

Exit run_sign(Context& context) {
  const SignFormat& format = sign_format(context.invocation.sign.format);
  if (const auto text = sign_objection(format, context.invocation.sign, context.words())) return context.output.usage({*text, *text});
  return Batch(context, format).run();
}

}  // namespace myna::cli

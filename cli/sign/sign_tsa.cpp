// SPDX-License-Identifier: Apache-2.0
// Where time stamps come from. Without a network the query and the reply are files: the stamp is over the signature value, which is there
// only after the card signed, so the program writes the query, keeps the signature, and waits for the reply with the card let go. No
// unfinished document exists meanwhile, and the nonce of the query is still known when the reply comes.
#include <filesystem>
#include <thread>

#include "cli/files/atomic_file.hpp"
#include "cli/files/file_stream.hpp"
#include "cli/prompts/pin_input.hpp"
#include "myna/core/tlv.hpp"
#include "myna/documents/timestamp.hpp"
#include "sign_format.hpp"

namespace myna::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxReply = 1 << 20;
constexpr auto kLook = 200ms;             // how often
constexpr double kLongestWait = 3600;        // seconds, without --timeout

class CarriedTimeStamper final : public TimeStamper {
 public:
  CarriedTimeStamper(const Context& context, std::vector<Bytes> anchors)
      : context_(context), options_(context.invocation.sign.tsa), anchors_(std::move(anchors)) {}

  Result<Bytes> token(ByteView sha256) override {
    MYNA_TRY(const TimestampQuery query, TimestampQuery::make(sha256));
    if (std::filesystem::exists(options_.reply_in)) return fail(Errc::output_exists);   // a reply to another query
    MYNA_TRY(auto file, AtomicFile::create(options_.query_out, context_.invocation.sign.force));
    MYNA_CHECK(file.write(query.der()));
    MYNA_CHECK(file.commit());
    context_.output.note(context_.words()({"The query is written. Waiting for the reply: ", "要求を書き出しました。応答を待っています: "}) + options_.reply_in);
    MYNA_TRY(const Bytes reply, wait_for_reply());
    return query.token_from(reply, anchors_);
  }

 private:
  Result<Bytes> wait_for_reply() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(context_.global().timeout.value_or(kLongestWait));
    while (!context_.stop.stop_requested()) {
      auto reply = whole_reply();
      if (reply) return reply;
      if (std::chrono::steady_clock::now() >= end) return fail(Errc::timed_out);
      std::this_thread::sleep_for(kLook);
    }
    return fail(Errc::cancelled);
  }

  // Whoever copies it may not be done yet: it is there when it is as long as its first bytes say.
  Result<Bytes> whole_reply() const {
    MYNA_TRY(FileStream file, FileStream::open(options_.reply_in));
    MYNA_TRY(Bytes reply, file.read_all(kMaxReply));
    MYNA_TRY(const std::size_t length, tlv_total_length(reply));
    if (reply.size() < length) return fail(Errc::malformed);
    return reply;
  }

  const Context& context_;
  const TsaOptions& options_;
  std::vector<Bytes> anchors_;
};

Result<std::vector<Bytes>> read_anchors(const TsaOptions& options) {
  std::vector<Bytes> anchors;
  for (const std::string& path : options.trust) {
    MYNA_TRY(std::vector<Bytes> ders, read_der_files(path));
    for (const Bytes& der : ders) MYNA_CHECK(parse_certificate(der));
    std::ranges::move(ders, std::back_inserter(anchors));
  }
  return anchors;
}

// One line; its end does not belong to the password.
Result<SecretBytes> read_password(const std::string& path) {
  if (path.empty()) return SecretBytes{};
  MYNA_TRY(const SecretBytes text, read_secret_file(path));
  ByteView line = text.view();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line = line.first(line.size() - 1);
  return SecretBytes(line);
}

}  // namespace

Result<std::unique_ptr<TimeStamper>> make_time_stamper(const Context& context) {
  const TsaOptions& options = context.invocation.sign.tsa;
  if (!options.wanted()) return std::unique_ptr<TimeStamper>{};
  MYNA_TRY(auto anchors, read_anchors(options));
  if (options.url.empty()) return std::unique_ptr<TimeStamper>(std::make_unique<CarriedTimeStamper>(context, std::move(anchors)));
  TsaAccess access{.url = options.url, .user = options.user, .certificate = options.certificate, .key = options.key,
                   .headers = options.headers,
                   .anchors = std::move(anchors), .stop = context.stop};
  MYNA_TRY(access.password, read_password(options.password_file));
  if (context.global().timeout) access.timeout = std::chrono::seconds(static_cast<long>(*context.global().timeout) + 1);
  return make_http_time_stamper(std::move(access));
}

}  // namespace myna::cli

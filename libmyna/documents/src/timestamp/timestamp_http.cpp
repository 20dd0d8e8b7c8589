// SPDX-License-Identifier: Apache-2.0
// Time stamps over HTTP by libcurl.
#include <curl/curl.h>

#include "myna/crypto/openssl_owners.hpp"
#include "myna/documents/timestamp.hpp"

namespace myna {
namespace {

constexpr std::size_t kMaxReply = 1 << 20;
constexpr long kConnectSeconds = 10;
constexpr long kOk = 200;

using Handle = openssl::Owner<CURL, curl_easy_cleanup>;
using HeaderList = openssl::Owner<curl_slist, curl_slist_free_all>;

struct Reply {
  Bytes body;
  std::stop_token stop;
};

// Fewer bytes taken than given: curl gives up.
std::size_t take(char* data, std::size_t size, std::size_t count, void* to) {
  auto& reply = *static_cast<Reply*>(to);
  if (reply.body.size() + size * count > kMaxReply) return 0;
  append(reply.body, as_bytes({data, size * count}));
  return size * count;
}

int give_up(void* of, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<Reply*>(of)->stop.stop_requested() ? 1 : 0; }

HeaderList headers_of(const TsaAccess& access) {
  HeaderList list(curl_slist_append(nullptr, "Content-Type: application/timestamp-query"));
  const auto add = [&list](const std::string& line) {
    // curl gives the same list back with one more line, or nothing and leaves it as it was.
    if (curl_slist* longer = curl_slist_append(list.get(), line.c_str())) {
      (void)list.release();
      list.reset(longer);
    }
  };
  add("Accept: application/timestamp-reply");
  for (const std::string& header : access.headers) add(header);
  return list;
}

void set_account(CURL* curl, const TsaAccess& access) {
  if (!access.user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, access.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, std::string(as_text(access.password.view())).c_str());
    curl_easy_setopt(curl, CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
  }
  if (!access.certificate.empty()) {
    curl_easy_setopt(curl, CURLOPT_SSLCERT, access.certificate.c_str());
    curl_easy_setopt(curl, CURLOPT_SSLKEY, access.key.c_str());
  }
}

void set_limits(CURL* curl, const TsaAccess& access) {
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(access.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
}

class HttpTimeStamper final : public TimeStamper {
 public:
  explicit HttpTimeStamper(TsaAccess access) : access_(std::move(access)) {
    [[maybe_unused]] static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  }

  Result<Bytes> token(ByteView sha256) override {
    MYNA_TRY(const TimestampQuery query, TimestampQuery::make(sha256));
    MYNA_TRY(const Bytes reply, post(query.der()));
    return query.token_from(reply, access_.anchors);
  }

 private:
  Result<Bytes> post(ByteView query) const {
    const Handle curl(curl_easy_init());
    if (!curl) return fail(Errc::timestamp_failed);
    const HeaderList headers = headers_of(access_);
    Reply reply{.body = {}, .stop = access_.stop};
    set_limits(curl.get(), access_);
    set_account(curl.get(), access_);
    curl_easy_setopt(curl.get(), CURLOPT_URL, access_.url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE, static_cast<long>(query.size()));
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, query.data());
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &reply);
    curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, give_up);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &reply);
    const CURLcode outcome = curl_easy_perform(curl.get());
    if (outcome == CURLE_ABORTED_BY_CALLBACK) return fail(Errc::cancelled);
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (outcome != CURLE_OK || status != kOk) {
      return fail_native(Errc::timestamp_failed, outcome != CURLE_OK ? outcome : static_cast<int>(status));
    }
    return std::move(reply.body);
  }

  TsaAccess access_;
};

}  // namespace

std::unique_ptr<TimeStamper> make_http_time_stamper(TsaAccess access) { return std::make_unique<HttpTimeStamper>(std::move(access)); }

}  // namespace myna

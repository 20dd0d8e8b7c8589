// SPDX-License-Identifier: Apache-2.0
// The checks of JWS signatures. Whatever a header says, the algorithm is one of four and the key is that of the certificate in x5c.
#include "jws_algorithms.hpp"
#include "jws_json.hpp"
#include "myna/core/base64.hpp"
#include "myna/core/dates.hpp"
#include "myna/documents/jws.hpp"
#include "myna/documents/timestamp.hpp"
#include "report/checks.hpp"

namespace myna {
namespace {

using namespace openssl;
constexpr std::size_t kMaxCertificates = 16;
constexpr std::size_t kMaxStampsOfJws = 16;
constexpr std::array<std::string_view, 3> kUnderstood{"sigD", "sigT", "iat"};

constexpr Text kHeader{"the header is damaged or has a member twice", "ヘッダーが壊れているか、項目が重複しています"};
constexpr Text kTwice{"a member stands in both headers", "保護・非保護の両ヘッダーに同じ項目があります"};
constexpr Text kAlgorithm{"the algorithm is not RS256, RS384, RS512 or PS256", "アルゴリズムが RS256/384/512・PS256 ではありません"};
constexpr Text kCritical{"a critical header that is not understood", "未対応の必須ヘッダー（crit）があります"};
constexpr Text kUnencoded{"an unencoded payload (b64) is not supported", "b64=false には対応していません"};
constexpr Text kNoX5c{"there is no certificate (x5c) in the signed header", "署名対象のヘッダーに証明書（x5c）がありません"};
constexpr Text kOther{"the signature names another certificate", "署名が指す証明書と一致しません"};
constexpr Text kContent{"the content is not what was signed", "内容が署名時と異なります"};
constexpr Text kBySignature{"covered by the signature itself", "署名値が直接カバーしています"};
constexpr Text kMismatch{"the signature does not fit the certificate or the content", "署名値が証明書または内容と一致しません"};

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

bool share_a_name(const Json& a, const Json& b) {
  for (const auto& [name, value] : a.items()) {
    if (b.contains(name)) return true;
  }
  return false;
}

// RFC 7515, 4.1.11: not empty, known, and there; one that the standard itself defines may not be listed.
bool understood(const Json& header) {
  const auto crit = header.find("crit");
  if (crit == header.end()) return true;
  if (!crit->is_array() || crit->empty()) return false;
  return std::ranges::all_of(*crit, [&header](const Json& name) {
    return name.is_string() && header.contains(name.get<std::string>()) &&
           std::ranges::find(kUnderstood, name.get<std::string>()) != kUnderstood.end();
  });
}

Certificates certificates_of(const Json& header) {
  Certificates stack(sk_X509_new_null());
  const auto list = header.find("x5c");
  if (list == header.end() || !list->is_array() || list->size() > kMaxCertificates) return stack;
  for (const Json& item : *list) {
    const auto der = item.is_string() ? from_base64(item.get<std::string>()) : std::nullopt;
    auto certificate = der ? certificate_from(*der) : Result<Certificate>(fail(Errc::malformed));
    if (!certificate) return Certificates(sk_X509_new_null());
    sk_X509_push(stack.get(), certificate->release());
  }
  return stack;
}

// iat, or sigT of the first edition: "2026-01-31T12:00:00Z".
std::optional<std::chrono::sys_seconds> claimed_time(const Json& header) {
  const auto iat = header.find("iat");
  constexpr std::int64_t kLast = 253402300799;   // the year 9999
  if (iat != header.end() && iat->is_number_integer() && iat->get<std::int64_t>() >= 0 && iat->get<std::int64_t>() <= kLast) {
    return std::chrono::sys_seconds(std::chrono::seconds(iat->get<std::int64_t>()));
  }
  const std::string sig_t = text_of(header, "sigT");
  return sig_t.size() == std::string_view("2026-01-31T12:00:00Z").size() ? time_of_iso(sig_t) : std::nullopt;
}

// One signature with what is known of it.
class Judge {
 public:
  Judge(const Jws::Signature& signature, std::string_view payload, ByteView content, const VerifyOptions& options)
      : signature_(signature), payload_(payload), content_(content), options_(options) {}

  SignerReport report() {
    const ErrorScope errors;
    SignerReport report;
    if (const auto problem = read_headers()) {
      report.checks = {bad("signature", *problem)};
      return report;
    }
    certificates_ = certificates_of(header_);
    certificate_ = sk_X509_num(certificates_.get()) > 0 ? sk_X509_value(certificates_.get(), 0) : nullptr;
    report.claimed_time = claimed_time(header_);
    report.stamps = stamps();
    report.checks = {check_content(), check_value(), check_named()};
    add_certificate_checks(report, {.certificate = certificate_, .others = certificates_.get()}, options_);
    return report;
  }

 private:
  std::optional<Text> read_headers() {
    auto header = parse_strict(signature_.protected_json);
    auto other = signature_.unprotected_json.empty() ? std::optional(Json::object()) : parse_strict(signature_.unprotected_json);
    if (!header || !other) return kHeader;
    header_ = *std::move(header);
    unprotected_ = *std::move(other);
    if (share_a_name(header_, unprotected_)) return kTwice;
    if (header_.contains("b64")) return kUnencoded;
    if (!understood(header_) || unprotected_.contains("crit")) return kCritical;
    algorithm_ = jws_algorithm(text_of(header_, "alg"));
    return algorithm_ == nullptr ? std::optional(kAlgorithm) : std::nullopt;
  }

  bool by_hash() const { return header_.contains("sigD"); }

  // sigD names the content by its hash, over the base64url form (ETSI TS 119 182-1, 5.2.8.3.3).
  SignatureCheck check_content() const {
    constexpr std::string_view kCheck = "content";
    if (!by_hash()) return not_checked(kCheck, kBySignature);
    const Json& by = header_.at("sigD");
    const bool one = by.is_object() && text_of(by, "mId") == "http://uri.etsi.org/19182/ObjectIdByURIHash" &&
                     text_of(by, "hashM") == "S256" && by.contains("hashV") && by.at("hashV").is_array() && by.at("hashV").size() == 1 &&
                     by.at("hashV").front().is_string() && payload_.empty();
    if (!one) return bad(kCheck, {"this kind of sigD is not supported", "この種類の sigD には対応していません"});
    const Bytes expected = hash(Digest::sha256, as_bytes(base64url(content_)));
    return by.at("hashV").front().get<std::string>() == base64url(expected) ? good(kCheck) : bad(kCheck, kContent);
  }

  SignatureCheck check_value() const {
    constexpr std::string_view kCheck = "signature";
    if (certificate_ == nullptr) return bad(kCheck, kNoX5c);
    const SignatureCheck usable = check_key(certificate_);
    if (usable.result == CheckResult::bad) return bad(kCheck, usable.reason);
    const auto key = certificate_public_key(der_of_certificate(certificate_));
    if (!key || (*key)->type() != "RSA") return bad(kCheck, kAlgorithm);
    const std::string payload = by_hash() ? std::string{} : payload_.empty() ? base64url(content_) : std::string(payload_);
    const Bytes input_hash = hash(algorithm_->digest, as_bytes(signature_.header + '.' + payload));
    return verify_jws_value(**key, *algorithm_, input_hash, signature_.value) ? good(kCheck) : bad(kCheck, kMismatch);
  }

  SignatureCheck check_named() const {
    constexpr std::string_view kCheck = "signing-certificate";
    if (!header_.contains("x5t#S256")) return not_checked(kCheck, {"no x5t#S256", "x5t#S256 がありません"});
    const bool same =
        certificate_ != nullptr && text_of(header_, "x5t#S256") == base64url(hash(Digest::sha256, der_of_certificate(certificate_)));
    return same ? good(kCheck) : bad(kCheck, kOther);
  }

  // sigTst in etsiU, each element base64url or plain, over the base64url form of the value (ETSI TS 119 182-1, 5.3.1 and 5.3.4).
  std::vector<Stamp> stamps() const {
    std::vector<Stamp> found;
    const auto list = unprotected_.find("etsiU");
    if (list == unprotected_.end() || !list->is_array()) return found;
    for (const Json& item : *list) {
      const auto decoded = item.is_string() ? from_base64url(item.get<std::string>()) : std::nullopt;
      const auto object = decoded ? parse_strict(as_text(*decoded)) : item.is_object() ? std::optional(item) : std::nullopt;
      if (object && object->contains("sigTst")) add_stamps(object->at("sigTst"), found);
    }
    return found;
  }

  void add_stamps(const Json& container, std::vector<Stamp>& found) const {
    const std::string value = base64url(signature_.value);
    if (!container.is_object() || !container.contains("tstTokens") || !container.at("tstTokens").is_array()) return;
    for (const Json& token : container.at("tstTokens")) {
      const auto der = token.is_object() ? from_base64(text_of(token, "val")) : std::nullopt;
      if (found.size() < kMaxStampsOfJws) found.push_back(verify_timestamp(der.value_or(Bytes{}), as_bytes(value), options_));
    }
  }

  const Jws::Signature& signature_;
  std::string_view payload_;
  ByteView content_;
  const VerifyOptions& options_;
  Json header_, unprotected_;
  const JwsAlgorithm* algorithm_ = nullptr;
  Certificates certificates_;
  X509* certificate_ = nullptr;
};

}  // namespace

Result<std::vector<SignerReport>> Jws::verify(const DocumentInput* input, const VerifyOptions& options) const {
  Bytes content;
  if (input != nullptr) {
    MYNA_TRY(content, read_all(*input, kMaxJwsContent));
  }
  std::vector<SignerReport> reports;
  for (const Signature& signature : signatures_) reports.push_back(Judge(signature, payload_, content, options).report());
  return reports;
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "jws_algorithms.hpp"
#include "jws_signature.hpp"
#include "myna/core/base64.hpp"

namespace myna {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr const char* kByUriHash = "http://uri.etsi.org/19182/ObjectIdByURIHash";

// The signature is over an empty payload, and the hash of the content stands in the header. It is taken over the base64url form, as the
// payload would be (ETSI TS 119 182-1, 5.2.8.3.3, without b64).
OrderedJson signed_by_hash(const JwsOptions& options, ByteView content) {
  const Bytes content_hash = hash(Digest::sha256, as_bytes(base64url(content)));
  return {{"mId", kByUriHash},
          {"pars", OrderedJson::array({options.content_name})},
          {"hashM", "S256"},
          {"hashV", OrderedJson::array({base64url(content_hash)})}};
}

Result<OrderedJson> header_of(const JwsOptions& options, const SigningIdentity& identity, ByteView content) {
  const JwsAlgorithm* algorithm = jws_algorithm(options.digest, options.pss);
  if (algorithm == nullptr) return fail(Errc::invalid_argument);
  OrderedJson header{{"alg", algorithm->name}};
  if (options.jades) header["iat"] = identity.signing_time.time_since_epoch().count();
  if (options.jades && options.detached) {
    header["crit"] = OrderedJson::array({"sigD"});
    header["sigD"] = signed_by_hash(options, content);
  }
  header["x5c"] = OrderedJson::array({base64(identity.signer), base64(identity.issuer)});
  header["x5t#S256"] = base64url(hash(Digest::sha256, identity.signer));
  return header;
}

// What is stamped is the base64url form of the value (ETSI TS 119 182-1, 5.3.4).
Result<OrderedJson> stamped_header(const std::string& value, TimeStamper& stamper) {
  MYNA_TRY(const Bytes token, stamper.token(hash(Digest::sha256, as_bytes(value))));
  const OrderedJson stamp{{"sigTst", {{"tstTokens", OrderedJson::array({{{"val", base64(token)}}})}}}};
  return OrderedJson{{"etsiU", OrderedJson::array({base64url(as_bytes(stamp.dump()))})}};
}

}  // namespace

Result<JwsSignature> JwsSignature::prepare(const JwsOptions& options, const SigningIdentity& identity, ByteView content) {
  if (content.size() > kMaxJwsContent) return fail(Errc::document_unsupported);
  MYNA_CHECK(parse_certificate(identity.signer));
  MYNA_CHECK(parse_certificate(identity.issuer));
  MYNA_TRY(const OrderedJson header, header_of(options, identity, content));
  JwsSignature jws;
  jws.serialization_ = options.serialization;
  jws.pss_ = options.pss;
  jws.jades_ = options.jades;
  jws.detached_ = options.detached;
  jws.digest_ = options.digest;
  // The name of a file may be no UTF-8.
  jws.header_ = base64url(as_bytes(header.dump(-1, ' ', false, OrderedJson::error_handler_t::replace)));
  jws.signer_.assign(identity.signer.begin(), identity.signer.end());
  const bool by_hash = options.jades && options.detached;
  jws.hash_ = hash(options.digest, as_bytes(jws.header_ + '.' + (by_hash ? std::string{} : base64url(content))));
  return jws;
}

Result<Bytes> JwsSignature::digest_info() const { return myna::digest_info(digest_, hash_); }

Result<std::string> JwsSignature::finish(ByteView signature, ByteView content, TimeStamper* stamper) const {
  MYNA_TRY(const auto key, certificate_public_key(signer_));
  MYNA_CHECK(verify_jws_value(*key, *jws_algorithm(digest_, pss_), hash_, signature));
  const std::string value = base64url(signature), payload = detached_ ? std::string{} : base64url(content);
  if (serialization_ == JwsSerialization::compact) {
    if (stamper != nullptr) return fail(Errc::invalid_argument);   // has no place for it
    return header_ + '.' + payload + '.' + value;
  }
  OrderedJson part{{"protected", header_}};
  if (stamper != nullptr) {
    if (!jades_) return fail(Errc::invalid_argument);
    MYNA_TRY(part["header"], stamped_header(value, *stamper));
  }
  part["signature"] = value;
  OrderedJson document = OrderedJson::object();
  if (!detached_) document["payload"] = payload;
  if (serialization_ == JwsSerialization::general) document["signatures"] = OrderedJson::array({part});
  else document.update(part);
  return document.dump();
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include <openssl/ts.h>

#include <array>

#include "myna/crypto/openssl_owners.hpp"
#include "myna/core/tlv.hpp"
#include "myna/documents/timestamp.hpp"

namespace myna {
namespace {

using namespace openssl;

using Request = Owner<TS_REQ, TS_REQ_free>;
using Response = Owner<TS_RESP, TS_RESP_free>;
using Imprint = Owner<TS_MSG_IMPRINT, TS_MSG_IMPRINT_free>;
using Algorithm = Owner<X509_ALGOR, X509_ALGOR_free>;
using Integer = Owner<ASN1_INTEGER, ASN1_INTEGER_free>;

constexpr std::size_t kSha256 = 32;
constexpr std::size_t kNonce = 16;
constexpr Tag kSequence = 0x30;

Imprint imprint_of(ByteView sha256) {
  Imprint imprint(TS_MSG_IMPRINT_new());
  const Algorithm algorithm(X509_ALGOR_new());
  Bytes value(sha256.begin(), sha256.end());
  X509_ALGOR_set0(algorithm.get(), OBJ_nid2obj(NID_sha256), V_ASN1_NULL, nullptr);
  const bool made = TS_MSG_IMPRINT_set_algo(imprint.get(), algorithm.get()) == 1 &&
                    TS_MSG_IMPRINT_set_msg(imprint.get(), value.data(), static_cast<int>(value.size())) == 1;
  return made ? std::move(imprint) : Imprint{};
}

// Positive and of full length, so that the reply has the same bytes.
Bytes fresh_nonce() {
  Bytes nonce(kNonce);
  fill_random(nonce);
  nonce.front() = static_cast<Byte>((nonce.front() & 0x7F) | 0x40);
  return nonce;
}

Integer integer_of(ByteView big_endian) {
  Integer integer(ASN1_INTEGER_new());
  ASN1_STRING_set(integer.get(), big_endian.data(), static_cast<int>(big_endian.size()));
  return integer;
}

// Granted, with modifications or without (RFC 3161, 2.4.2). What the authority says in a refusal is not shown: it is text from outside.
Status check_granted(TS_RESP* response) {
  const long status = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(response)));
  return status == TS_STATUS_GRANTED || status == TS_STATUS_GRANTED_WITH_MODS ? Status{} : Status{fail(Errc::timestamp_failed)};
}

// The token byte by byte as it came: TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL }.
Result<ByteView> token_in(ByteView response) {
  ByteReader whole(response);
  MYNA_TRY(const Tlv sequence, next_tlv(whole));
  ByteReader fields(sequence.value);
  MYNA_TRY(const Tlv status, next_tlv(fields));
  MYNA_TRY(const Tlv token, next_tlv(fields));
  const bool exact = whole.empty() && fields.empty() && status.tag == kSequence && token.tag == kSequence;
  return exact ? Result<ByteView>(token.whole) : Result<ByteView>(fail(Errc::malformed));
}

bool has_nonce(TS_RESP* response, ByteView nonce) {
  const TS_TST_INFO* info = TS_RESP_get_tst_info(response);
  const ASN1_INTEGER* found = info == nullptr ? nullptr : TS_TST_INFO_get_nonce(info);
  return found != nullptr && ASN1_STRING_type(found) == V_ASN1_INTEGER &&
         equal({ASN1_STRING_get0_data(found), static_cast<std::size_t>(ASN1_STRING_length(found))}, nonce);
}

}  // namespace

Result<TimestampQuery> TimestampQuery::make(ByteView sha256) {
  const ErrorScope errors;
  if (sha256.size() != kSha256) return fail(Errc::invalid_argument);
  TimestampQuery query;
  query.sha256_.assign(sha256.begin(), sha256.end());
  query.nonce_ = fresh_nonce();
  const Request request(TS_REQ_new());
  const Imprint imprint = imprint_of(sha256);
  const Integer nonce = integer_of(query.nonce_);
  const bool built = request && imprint && TS_REQ_set_version(request.get(), 1) == 1 &&
                     TS_REQ_set_msg_imprint(request.get(), imprint.get()) == 1 && TS_REQ_set_nonce(request.get(), nonce.get()) == 1 &&
                     TS_REQ_set_cert_req(request.get(), 1) == 1;
  if (!built) return fail(Errc::crypto_failed);
  unsigned char* encoded = nullptr;
  const int length = i2d_TS_REQ(request.get(), &encoded);
  query.der_ = der_of(encoded, length);
  return query;
}

Result<Bytes> TimestampQuery::token_from(ByteView response, const std::vector<Bytes>& anchors) const {
  const ErrorScope errors;
  const unsigned char* at = response.data();
  const Response parsed(d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size())));
  if (!parsed || at != response.data() + response.size()) return fail(Errc::timestamp_invalid);
  MYNA_CHECK(check_granted(parsed.get()));
  const auto token = token_in(response);
  if (!token || !has_nonce(parsed.get(), nonce_)) return fail(Errc::timestamp_invalid);
  VerifyOptions options;
  options.trust_anchors = anchors;
  const Stamp stamp = verify_timestamp(*token, [this](Digest digest) { return digest == Digest::sha256 ? sha256_ : Bytes{}; }, options);
  const bool trusted = anchors.empty() || stamp.check.result == CheckResult::good;
  if (stamp.check.result == CheckResult::bad || !trusted) return fail(Errc::timestamp_invalid);
  return Bytes(token->begin(), token->end());
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "common_files.hpp"

#include "application_builder.hpp"
#include "holder_codes.hpp"
#include "myna/core/hex.hpp"
#include "pki/ber.hpp"
#include "pki/card_key.hpp"

namespace myna {
namespace {

// 73 {06 OID of GlobalPlatform}: what every card of that standard says; the rest of a real card's is unknown.
constexpr auto kRecognitionData = hex("730906072A864886FC6B01");

Bytes bytes_of(ByteView view) { return Bytes(view.begin(), view.end()); }

// `01 1C` and 28 digits: serial, municipality, expiry (docs/card/common.md, "Card record").
Bytes card_record(const Personalisation& what, std::string_view serial) {
  return object(0x01, std::string(serial) + what.holder.municipality_code + card_expiry_of(what));
}

Bytes key_reference() { return object(0x01, key_id("9200010", "001", 0)); }

Result<ImageApplication> make_common(const Personalisation& what, std::string_view serial) {
  MYNA_TRY(const CardKey key, make_card_key());
  ApplicationBuilder common(aid::kCommon);
  common.record_file(0x0001, card_record(what, serial));
  common.record_file(0x0002, key_reference());
  MYNA_CHECK(common.shared_pin(PinKind::juki, what.juki_pin));
  common.authentication_key(0x0019, key);
  return common.take();
}

Result<ImageApplication> make_juki(const Personalisation& what) {
  ApplicationBuilder juki(aid::kJuki);
  juki.record_file(0x0002, key_reference());
  MYNA_CHECK(juki.shared_pin(PinKind::juki, what.juki_pin));
  return juki.take();
}

Result<ImageApplication> make_issuer_domain(const Personalisation& what, std::string_view serial, ByteView atr) {
  MYNA_TRY(const CardKey key, make_card_key());
  MYNA_TRY(Bytes certificate, certify(CvChain::card, key));
  ApplicationBuilder domain(aid::kIssuerDomain);
  domain.object(0x0042, key_id("9000020", "001", 0));
  domain.object(0x0045, bytes_of(as_bytes(serial)));
  domain.object(0x0066, bytes_of(kRecognitionData));
  domain.object(0x00F0, bytes_of(as_bytes(what.holder.municipality_code)));
  domain.object(0x00F2, bytes_of(as_bytes(card_expiry_of(what))));
  domain.object(0x00F7, key_id("9200020", "001", 0));
  domain.object(0x00F8, certificate);
  domain.object(0x7F21, std::move(certificate));
  domain.object(0x5F51, bytes_of(atr.subspan(1)));
  return domain.take();
}

}  // namespace

Result<CommonApplications> make_common_applications(const Personalisation& what, ByteView atr) {
  const std::string serial = "9" + random_digits(14);   // the first digit makes it an obvious test number
  MYNA_TRY(ImageApplication common, make_common(what, serial));
  MYNA_TRY(ImageApplication juki, make_juki(what));
  MYNA_TRY(ImageApplication domain, make_issuer_domain(what, serial, atr));
  return CommonApplications{std::move(common), std::move(juki), std::move(domain)};
}

}  // namespace myna

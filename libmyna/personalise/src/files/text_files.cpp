// SPDX-License-Identifier: Apache-2.0
#include "text_files.hpp"

#include <algorithm>
#include <array>
#include <future>

#include "application_builder.hpp"
#include "holder_codes.hpp"
#include "myna/card/applications/text_tags.hpp"
#include "myna/core/dates.hpp"
#include "myna/core/hex.hpp"
#include "pki/ber.hpp"
#include "pki/card_key.hpp"

namespace myna {
namespace {

constexpr std::size_t kAttributesStart = 14;   // first offset of EF 0002: FF20 L DF21 08 and four offsets

// DF31 over the whole file 0001, DF32 over 0002 from DF22 on, DF33 over both objects.
Result<Bytes> integrity_record(ByteView number, ByteView attributes, std::size_t start, const CardKey& signer) {
  Bytes content = object(text_tag::kNumberHash, hash(Digest::sha256, number));
  append(content, object(text_tag::kAttributesHash, hash(Digest::sha256, attributes.subspan(start))));
  MYNA_TRY(const Bytes signature, sign_record(signer, content));
  append(content, object(text_tag::kIntegritySignature, signature));
  return object(text_tag::kIntegrity, content);
}

Result<Bytes> signed_card_key(const CardKey& card, const CardKey& signer) {
  Bytes content = object(text_tag::kCardKey, card.object);
  MYNA_TRY(const Bytes signature, sign_record(signer, content));
  append(content, object(text_tag::kCardKeySignature, signature));
  return object(text_tag::kCardKeyRecord, content);
}

// The unknown 32 bytes of DF43 are random here (docs/card/text.md, "About the application").
Bytes application_information() {
  Bytes last(32);
  fill_random(last);
  last.resize(128, 0xFF);
  Bytes content = object(0xDF41, hex("01030E01"));
  append(content, object(0xDF42, key_id("9200033", "004", 0)));
  append(content, wide_object(0xDF43, last));
  return wide_object(0xFF40, content);
}

// The offset of DF22, as DF21 says it.
std::size_t start_of_attributes(ByteView file) {
  const std::size_t long_form = file[2] > 0x80 ? file[2] & 0x7FU : 0;
  return kAttributesStart + long_form;
}

}  // namespace

Bytes number_file(std::string_view my_number) {
  Bytes file = object(text_tag::kNumber, my_number);
  append(file, hex("FFFF"));
  return file;
}

Bytes basic_attributes_file(const Holder& holder) {
  const std::array parts{object(text_tag::kName, holder.name), object(text_tag::kAddress, holder.address),
                         object(text_tag::kBirthDate, digits_of(holder.birth_date)), object(text_tag::kSex, std::string(1, holder.sex))};
  return indexed_record(parts);
}

Result<ImageApplication> make_text_application(const Personalisation& what) {
  auto others = std::async(std::launch::async, [] { return make_card_key(); });
  MYNA_TRY(const CardKey signer, make_card_key());
  auto card_key = others.get();
  if (!card_key) return Unexpected(card_key.error());
  MYNA_TRY(const CardKey session, make_card_key());
  const Bytes number = number_file(what.holder.my_number);
  const Bytes attributes = basic_attributes_file(what.holder);
  MYNA_TRY(Bytes integrity, integrity_record(number, attributes, start_of_attributes(attributes), signer));
  MYNA_TRY(Bytes certificate, certify(CvChain::text, signer));
  MYNA_TRY(Bytes key_record, signed_card_key(*card_key, signer));
  ApplicationBuilder text(aid::kText);
  const FileId pin = 0x0011, code_a = 0x0014, code_b = 0x0015;
  text.file(0x0001, number, {pin, code_a});
  text.file(0x0002, attributes, {pin, code_b});
  text.file(0x0003, std::move(integrity), {pin, code_a, code_b});
  text.file(0x0004, std::move(certificate), {});
  text.file(0x0005, application_information(), {});
  text.file(0x0006, object(0xA1, session.object), {pin, code_a, code_b});
  text.file(0x0007, std::move(key_record), {pin, code_a, code_b});
  text.file(0x0008, unknown_file(), {});
  MYNA_CHECK(text.pin(PinKind::text, what.text_pin));
  MYNA_CHECK(text.pin(PinKind::text_code_a, what.holder.my_number));
  MYNA_CHECK(text.pin(PinKind::text_code_b, code_b_of(what)));
  text.blocked_pin(0x0012);
  MYNA_CHECK(text.shared_pin(PinKind::juki, what.juki_pin));
  text.default_key(0x0013, *card_key);
  return text.take();
}

}  // namespace myna

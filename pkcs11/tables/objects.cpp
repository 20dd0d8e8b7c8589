// SPDX-License-Identifier: Apache-2.0
#include "objects.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "mechanisms.hpp"
#include "myna/core/dates.hpp"
#include "myna/core/tlv.hpp"

namespace myna::p11 {
namespace {

class AttributeList {
 public:
  AttributeList& number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) { return raw(type, &value, sizeof value); }
  AttributeList& flag(CK_ATTRIBUTE_TYPE type, bool value) {
    const CK_BBOOL byte = value ? CK_TRUE : CK_FALSE;
    return raw(type, &byte, sizeof byte);
  }
  AttributeList& bytes(CK_ATTRIBUTE_TYPE type, ByteView value) { return raw(type, value.data(), value.size()); }
  AttributeList& text(CK_ATTRIBUTE_TYPE type, std::string_view value) { return bytes(type, as_bytes(value)); }
  AttributeList& sensitive(CK_ATTRIBUTE_TYPE type) {
    list_.push_back({type, std::nullopt});
    return *this;
  }
  std::vector<Attribute> take() { return std::move(list_); }

 private:
  AttributeList& raw(CK_ATTRIBUTE_TYPE type, const void* value, std::size_t size) {
    Bytes copy(size);
    if (size != 0) std::memcpy(copy.data(), value, size);
    list_.push_back({type, std::move(copy)});
    return *this;
  }
  std::vector<Attribute> list_;
};

// What both halves of a key show, read out of SubjectPublicKeyInfo.
struct RsaNumbers {
  ByteView modulus;
  ByteView exponent;
};

ByteView unsigned_of(ByteView integer) {
  while (integer.size() > 1 && integer.front() == 0) integer = integer.subspan(1);
  return integer;
}

RsaNumbers numbers_of(ByteView subject_public_key_info) {
  const auto bits = find_path(subject_public_key_info, {0x30, 0x03});
  if (!bits || bits->value.empty()) return {};
  const auto sequence = find_tlv(bits->value.subspan(1), 0x30);
  if (!sequence) return {};
  ByteReader reader(sequence->value);
  const auto modulus = next_tlv(reader);
  const auto exponent = next_tlv(reader);
  if (!modulus || !exponent) return {};
  return {unsigned_of(modulus->value), unsigned_of(exponent->value)};
}

Bytes der_integer(ByteView number) {
  Bytes der{0x02, 0x00};
  if (number.empty() || (number.front() & 0x80) != 0) der.push_back(0x00);
  append(der, number);
  der[1] = static_cast<Byte>(der.size() - 2);
  return der;
}

// CK_DATE.
std::string date_of(std::chrono::sys_seconds time) { return digits_of(std::chrono::floor<std::chrono::days>(time)); }

struct ObjectNames {
  std::string_view id;
  std::string_view key;
  std::string_view public_key;
  std::string_view certificate;
};

ObjectNames names_of(const Slot& slot) {
  ObjectNames names = slot.kind() == KeyKind::auth
                    ? ObjectNames{"\x01", "Authentication Key", "Authentication Public Key", "Authentication Certificate"}
                    : ObjectNames{"\x02", "Signature Key", "Signature Public Key", "Signature Certificate"};
  if (slot.config().usercert_label) names.certificate = "USERCERT";
  return names;
}

AttributeList storage(CK_OBJECT_CLASS type, bool is_private, std::string_view label) {
  AttributeList list;
  list.number(CKA_CLASS, type).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, is_private).flag(CKA_MODIFIABLE, false);
  list.flag(CKA_COPYABLE, false).flag(CKA_DESTROYABLE, false).text(CKA_LABEL, label);
  return list;
}

void add_key(AttributeList& list, const Slot& slot, const TokenCertificate& certificate) {
  std::vector<CK_MECHANISM_TYPE> allowed;
  for (const MechanismRow& row : mechanisms(slot.config(), slot.pss())) allowed.push_back(row.type);
  const auto* raw = reinterpret_cast<const Byte*>(allowed.data());
  list.number(CKA_KEY_TYPE, CKK_RSA).text(CKA_ID, names_of(slot).id).bytes(CKA_SUBJECT, certificate.fields.subject.der);
  list.text(CKA_START_DATE, date_of(certificate.fields.not_before)).text(CKA_END_DATE, date_of(certificate.fields.not_after));
  list.flag(CKA_DERIVE, false).flag(CKA_LOCAL, false).number(CKA_KEY_GEN_MECHANISM, CK_UNAVAILABLE_INFORMATION);
  list.bytes(CKA_ALLOWED_MECHANISMS, ByteView(raw, allowed.size() * sizeof(CK_MECHANISM_TYPE)));
  const Bytes info = certificate.key->subject_public_key_info();
  const RsaNumbers numbers = numbers_of(info);
  list.bytes(CKA_MODULUS, numbers.modulus).bytes(CKA_PUBLIC_EXPONENT, numbers.exponent).bytes(CKA_PUBLIC_KEY_INFO, info);
}

Object private_key(const Slot& slot, const TokenCertificate& certificate) {
  AttributeList list = storage(CKO_PRIVATE_KEY, true, names_of(slot).key);
  add_key(list, slot, certificate);
  list.flag(CKA_SENSITIVE, true).flag(CKA_ALWAYS_SENSITIVE, true).flag(CKA_EXTRACTABLE, false).flag(CKA_NEVER_EXTRACTABLE, true);
  list.flag(CKA_SIGN, true).flag(CKA_SIGN_RECOVER, false).flag(CKA_DECRYPT, false).flag(CKA_UNWRAP, false);
  list.flag(CKA_WRAP_WITH_TRUSTED, false).flag(CKA_ALWAYS_AUTHENTICATE, slot.config().always_authenticate);
  for (const CK_ATTRIBUTE_TYPE type : {CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT}) {
    list.sensitive(type);
  }
  return {kPrivateKey, true, false, list.take()};
}

Object public_key(const Slot& slot, const TokenCertificate& certificate) {
  AttributeList list = storage(CKO_PUBLIC_KEY, slot.kind() == KeyKind::sign, names_of(slot).public_key);
  add_key(list, slot, certificate);
  list.number(CKA_MODULUS_BITS, certificate.fields.key_bits).flag(CKA_VERIFY, true).flag(CKA_VERIFY_RECOVER, false);
  list.flag(CKA_ENCRYPT, false).flag(CKA_WRAP, false).flag(CKA_TRUSTED, false);
  return {kPublicKey, slot.kind() == KeyKind::sign, false, list.take()};
}

constexpr CK_ULONG kTokenUser = 1;   // CKA_CERTIFICATE_CATEGORY (PKCS#11 3.0, 4.6.2)
constexpr CK_ULONG kAuthority = 2;

Object certificate_object(CK_OBJECT_HANDLE handle, bool is_private, CK_ULONG category, std::string_view label, std::string_view id,
                          ByteView der, const CertificateFields& fields) {
  AttributeList list = storage(CKO_CERTIFICATE, is_private, label);
  const Bytes check = hash(Digest::sha1, der);
  list.number(CKA_CERTIFICATE_TYPE, CKC_X_509).flag(CKA_TRUSTED, false).number(CKA_CERTIFICATE_CATEGORY, category);
  list.bytes(CKA_CHECK_VALUE, ByteView(check).first(3)).text(CKA_ID, id).bytes(CKA_VALUE, der);
  list.bytes(CKA_SUBJECT, fields.subject.der).bytes(CKA_ISSUER, fields.issuer.der).bytes(CKA_SERIAL_NUMBER, der_integer(fields.serial));
  list.text(CKA_START_DATE, date_of(fields.not_before)).text(CKA_END_DATE, date_of(fields.not_after));
  if (const auto key = certificate_public_key(der)) list.bytes(CKA_PUBLIC_KEY_INFO, (*key)->subject_public_key_info());
  return {handle, is_private, false, list.take()};
}

// True for the auth token: its certificate is public, so browsers list it without a PIN (PKCS#11 Profiles 3.0).
Object profile() {
  AttributeList list = storage(CKO_PROFILE, false, "Public Certificates Token");
  list.number(CKA_PROFILE_ID, CKP_PUBLIC_CERTIFICATES_TOKEN);
  return {kProfile, false, false, list.take()};
}

Object pin_counter(const PinStatus& status) {
  AttributeList list = storage(CKO_MYNA_PIN_COUNTER, false, "PIN counter");
  list.number(CKA_MYNA_TRIES_REMAINING, status.remaining() ? *status.remaining() : CK_UNAVAILABLE_INFORMATION);
  list.number(CKA_MYNA_TRIES_MAXIMUM, status.maximum());
  return {kPinCounter, false, true, list.take()};
}

}  // namespace

const Attribute* attribute_of(const Object& object, CK_ATTRIBUTE_TYPE type) {
  const auto found = std::ranges::find(object.attributes, type, &Attribute::type);
  return found == object.attributes.end() ? nullptr : &*found;
}

std::vector<Object> make_objects(const Slot& slot, const SharedCertificate& certificate, const PinStatus* counter) {
  std::vector<Object> objects;
  if (counter != nullptr) objects.push_back(pin_counter(*counter));
  if (slot.kind() == KeyKind::auth) objects.push_back(profile());
  if (!certificate) return objects;
  const bool behind_login = slot.kind() == KeyKind::sign;
  const ObjectNames names = names_of(slot);
  if (certificate->key) {
    objects.push_back(private_key(slot, *certificate));
    objects.push_back(public_key(slot, *certificate));
  }
  objects.push_back(
      certificate_object(kCertificate, behind_login, kTokenUser, names.certificate, names.id, certificate->der, certificate->fields));
  if (certificate->ca.empty()) return objects;
  if (const auto fields = parse_certificate(certificate->ca)) {
    objects.push_back(certificate_object(kCaCertificate, false, kAuthority, "CA Certificate", "\x10", certificate->ca, *fields));
  }
  return objects;
}

}  // namespace myna::p11

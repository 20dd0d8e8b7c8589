// SPDX-License-Identifier: Apache-2.0
// PERFORM SECURITY OPERATION `80 2A P1 P2`: docs/card/jpki.md; INTERNAL AUTHENTICATE: docs/card/common.md.
#include <array>

#include "virtual_card_state.hpp"

namespace myna {
namespace {

constexpr std::size_t kMaxPayload = 245;
constexpr Byte kDefaultKey = 0x00;

// How the data given becomes what is padded, for each P1.
enum class Input : std::uint8_t { payload, message, hash };
enum class Padding : std::uint8_t { bare, digest_info, pss };
struct SchemeRow {
  Byte p1;
  Input input;
  Padding padding;
};
constexpr SchemeRow kHashedMessage{.p1 = 0x03, .input = Input::message, .padding = Padding::digest_info};
constexpr std::array kSchemes{
    SchemeRow{.p1 = 0x00, .input = Input::payload, .padding = Padding::bare},
    SchemeRow{.p1 = 0x01, .input = Input::message, .padding = Padding::bare},
    SchemeRow{.p1 = 0x02, .input = Input::hash, .padding = Padding::digest_info},
    kHashedMessage,
    SchemeRow{.p1 = 0x04, .input = Input::hash, .padding = Padding::pss},
    SchemeRow{.p1 = 0x05, .input = Input::message, .padding = Padding::pss},
};

const SchemeRow* scheme_of(Byte p1, bool all) {
  if (p1 != 0 && !all) return nullptr;
  for (const SchemeRow& row : kSchemes) {
    if (row.p1 == p1) return &row;
  }
  return nullptr;
}

bool has_right_size(const SchemeRow& scheme, ByteView data) {
  if (scheme.input == Input::payload) return !data.empty() && data.size() <= kMaxPayload;
  if (scheme.input == Input::hash) return data.size() == digest_bytes(Digest::sha256);
  return !data.empty();
}

Result<Bytes> signature_of(const PrivateKey& key, const SchemeRow& scheme, ByteView data) {
  Bytes input(data.begin(), data.end());
  if (scheme.input == Input::message) input = hash(Digest::sha256, data);
  if (scheme.padding == Padding::pss) return key.sign_pss_sha256(input);
  if (scheme.padding == Padding::bare) return key.sign_pkcs1_payload(input);
  MYNA_TRY(const Bytes info, digest_info(Digest::sha256, input));
  return key.sign_pkcs1_payload(info);
}

}  // namespace

Answer VirtualCard::State::perform_security_operation(const ParsedCommand& command) {
  const auto id = command.header.p2 == kDefaultKey ? default_key() : resolve(command.header.p2);
  if (!id) return {id.error().sw};
  const ImageKey* key = key_by(*id);
  if (key == nullptr) return {sw::kWrongFileKind};
  if (key->pin && !is_verified(*key->pin)) return {sw::kSecurityStatus};
  return sign_with(*key->loaded, command);
}

// JPKI has no default key (assumption on the status word).
Result<FileId> VirtualCard::State::default_key() const {
  if (application != nullptr && application->default_key) return *application->default_key;
  return fail(Errc::unexpected_status, sw::kDataObjectNotFound);
}

// `00 88 00 99`: a challenge of 1 to 255 bytes is hashed and signed, without a PIN.
Answer VirtualCard::State::internal_authenticate(const ParsedCommand& command) {
  const auto id = resolve(command.header.p2);
  if (command.header.p1 != 0) return {sw::kWrongParameters};
  if (!id) return {id.error().sw};
  if (application->authentication_key != *id) return {sw::kWrongFileKind};
  const PrivateKey& key = *key_by(*id)->loaded;
  if (command.data.empty() || command.data.size() > 255 || command.le < key.bits() / 8) return {sw::kWrongLength};
  auto signature = signature_of(key, kHashedMessage, command.data);
  return signature ? Answer{sw::kOk, *std::move(signature)} : Answer{sw::kUnspecified};
}

Answer VirtualCard::State::sign_with(const PrivateKey& key, const ParsedCommand& command) const {
  const SchemeRow* scheme = scheme_of(command.header.p1, image.dialect.pss);
  if (scheme == nullptr) return {sw::kWrongParameters};
  if (command.le < key.bits() / 8) return {sw::kWrongLength};   // (assumption)
  if (!has_right_size(*scheme, command.data)) return {sw::kConditionsOfUse};
  auto signature = signature_of(key, *scheme, command.data);
  if (!signature) return {sw::kUnspecified};
  return {sw::kOk, *std::move(signature)};
}

}  // namespace myna

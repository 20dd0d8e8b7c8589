// SPDX-License-Identifier: Apache-2.0
#include "application_builder.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna {

Result<std::string> checked_pin(PinKind kind, std::string_view text) {
  MYNA_TRY(const auto pin, Pin::parse(kind, text));
  return std::string(as_text(pin.view()));
}

std::string random_digits(std::size_t count) {
  Bytes bytes(count);
  fill_random(bytes);
  std::string digits;
  for (const Byte b : bytes) digits += static_cast<char>('0' + b % 10);
  return digits;
}

Bytes unknown_file() { return Bytes(16, 0xFF); }

ApplicationBuilder::ApplicationBuilder(ByteView aid)
    : application_{.aid = Bytes(aid.begin(), aid.end()), .files = {}, .pins = {}, .keys = {}} {}

void ApplicationBuilder::file(FileId id, Bytes content, std::vector<FileId> opened_by) {
  application_.files.push_back({.file = id, .content = std::move(content), .opened_by = std::move(opened_by)});
}

void ApplicationBuilder::record_file(FileId id, Bytes content) {
  application_.files.push_back({.file = id, .content = std::move(content), .opened_by = {}, .records = true});
}

void ApplicationBuilder::object(std::uint16_t tag, Bytes content) { application_.objects.push_back({tag, std::move(content)}); }

Status ApplicationBuilder::pin(PinKind kind, std::string_view value) {
  const PinRow& row = pin_row(my_number_profile(), kind);
  MYNA_TRY(std::string form, checked_pin(kind, value));
  application_.pins.push_back({.file = row.file, .value = std::move(form), .maximum = row.tries, .remaining = row.tries});
  return {};
}

Status ApplicationBuilder::shared_pin(PinKind kind, std::string_view value) {
  MYNA_CHECK(pin(kind, value));
  application_.pins.back().shared = true;
  return {};
}

void ApplicationBuilder::blocked_pin(FileId id) {
  application_.pins.push_back({.file = id, .value = {}, .maximum = 0, .remaining = 0});
}

void ApplicationBuilder::default_key(FileId id, const CardKey& key) {
  application_.keys.push_back({.file = id, .pkcs8 = key.pair.pkcs8, .pin = {}});
  application_.default_key = id;
}

void ApplicationBuilder::authentication_key(FileId id, const CardKey& key) {
  application_.keys.push_back({.file = id, .pkcs8 = key.pair.pkcs8, .pin = {}});
  application_.authentication_key = id;
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "myna/crypto/pem.hpp"

#include <algorithm>

#include "myna/core/base64.hpp"

namespace myna {
namespace {

constexpr std::string_view kPemEnd = "-----END ", kDashes = "-----", kBlank = " \t\r\n";
constexpr std::size_t kPemLine = 64;

struct PemText {
  std::string_view label, body, behind;
};

std::size_t find_line(std::string_view text, std::string_view start) {
  std::size_t at = text.find(start);
  while (at != 0 && at != std::string_view::npos && text[at - 1] != '\n') at = text.find(start, at + 1);
  return at;
}

// Without the white space at its end; the text is then what follows it.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line.substr(0, line.find_last_not_of(kBlank) + 1);
}

// What stands between this and the dashes at the end of the line; empty when it is another line.
std::string_view label_in(std::string_view line, std::string_view start) {
  if (!line.starts_with(start) || !line.ends_with(kDashes) || line.size() < start.size() + kDashes.size()) return {};
  return line.substr(start.size(), line.size() - start.size() - kDashes.size());
}

Result<PemText> first_object(std::string_view text) {
  text.remove_prefix(std::min(find_line(text, kPemBegin), text.size()));
  const std::string_view label = label_in(take_line(text), kPemBegin);
  const std::size_t end = find_line(text, kPemEnd);
  if (label.empty() || end == std::string_view::npos) return fail(Errc::malformed);
  const std::string_view body = text.substr(0, end);
  text.remove_prefix(end);
  if (label_in(take_line(text), kPemEnd) != label) return fail(Errc::malformed);
  return PemText{label, body, text};
}

Result<Bytes> content_of(const PemText& pem) {
  std::string packed(pem.body);
  std::erase_if(packed, [](char c) { return kBlank.find(c) != std::string_view::npos; });
  auto der = from_base64(packed);
  if (!der || der->empty()) return fail(Errc::malformed);
  return *std::move(der);
}

}  // namespace

std::string certificate_pem(ByteView der) {
  const std::string text = base64(der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (std::size_t at = 0; at < text.size(); at += kPemLine) pem += text.substr(at, kPemLine) + '\n';
  return pem + "-----END CERTIFICATE-----\n";
}

std::string_view pem_label(std::string_view text) {
  text.remove_prefix(std::min(find_line(text, kPemBegin), text.size()));
  return label_in(take_line(text), kPemBegin);
}

Result<std::vector<Bytes>> ders_from_pem(ByteView text_or_der) {
  std::string_view rest = as_text(text_or_der);
  if (rest.find(kPemBegin) == std::string_view::npos) return std::vector<Bytes>{{text_or_der.begin(), text_or_der.end()}};
  std::vector<Bytes> found;
  do {
    MYNA_TRY(const PemText pem, first_object(rest));
    MYNA_TRY(Bytes der, content_of(pem));
    found.push_back(std::move(der));
    rest = pem.behind;
  } while (rest.find_first_not_of(kBlank) != std::string_view::npos);
  return found;
}

Result<Bytes> der_from_pem(ByteView text_or_der) {
  MYNA_TRY(auto found, ders_from_pem(text_or_der));
  if (found.size() != 1) return fail(Errc::malformed);
  return std::move(found.front());
}

}  // namespace myna

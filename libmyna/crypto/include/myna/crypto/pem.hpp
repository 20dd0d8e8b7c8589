// SPDX-License-Identifier: Apache-2.0
// DER as text between lines of dashes (RFC 7468).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "myna/core/bytes.hpp"

namespace myna {

inline constexpr std::string_view kPemBegin = "-----BEGIN ";

// "-----BEGIN CERTIFICATE-----", lines of 64 characters.
std::string certificate_pem(ByteView der);

// What the first object of a text calls itself ("CERTIFICATE"); empty when there is none.
std::string_view pem_label(std::string_view text);

// The DER of every object, of any kind; or the bytes themselves when they are no PEM. Text may stand before each, as `openssl x509 -text`
// writes it. Errc::malformed for damaged PEM, for headers inside, and for anything but white space behind the last one.
Result<std::vector<Bytes>> ders_from_pem(ByteView text_or_der);
// The same where there must be exactly one.
Result<Bytes> der_from_pem(ByteView text_or_der);

}  // namespace myna

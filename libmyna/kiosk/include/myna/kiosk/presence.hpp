// SPDX-License-Identifier: Apache-2.0
// A session that lives as long as its card lies on the reader, and everything that was read of the card meanwhile: wiped when the card
// leaves.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "myna/card/card_object.hpp"
#include "myna/card/pin.hpp"
#include "myna/core/secret.hpp"
#include "myna/trust/authenticity.hpp"
#include "myna/use_cases/holder_data.hpp"
#include "myna/use_cases/pins.hpp"
#include "myna/use_cases/renewal.hpp"

namespace myna::kiosk {

// Who the card is, without a PIN.
struct Identity {
  CardKind kind{};
  std::string pseudonym;  // 64 hexadecimal digits: HMAC-SHA-256 with the service's key over issuer and serial number of the
                          // authentication certificate (of a phone, over its token serial). Changes when the certificate is renewed.
  std::optional<CardRecord> record{};  // expiry of the card and municipality, unsigned; its serial number is left empty. None on phones,
                                       // and where it cannot be read.
};

// Absent values: the report says why. Some proof failed, or was required and could not be had.
struct Attributes {
  std::optional<BasicAttributes> values{};
  AuthenticityReport report{};
};

struct Face {
  std::optional<CardFace> values{};    // name and address are pictures
  SecretBytes photo_png{};             // decoded in a child that exited
  AuthenticityReport report{};
};

// For a server: check_log_in() of log_in.hpp judges it there.
struct LogIn {
  SecretBytes certificate{};           // DER of the authentication certificate
  SecretBytes issuer{};                // DER of its CA, as the card holds it
  Bytes signature{};                   // over log_in_message(audience, challenge)
  Verdict chain{};                     // pinned issuer, dates, signature; revocation is not covered
};

struct Signature {
  Bytes value{};                       // PKCS#1 v1.5, checked with the certificate's key
  SecretBytes certificate{};           // DER; the signature certificate holds the four attributes
  Verdict chain{};
};

struct CertificateRead {
  CertificateKind kind{};
  SecretBytes der{};
};

struct NumberRead;   // kiosk_number.hpp

// What was read so far. Each operation fills its own member; a second one of the kind replaces the first.
struct Held {
  std::optional<Identity> identity{};
  std::vector<PinCount> counters{};
  std::optional<Attributes> attributes{};
  std::optional<Face> face{};
  std::shared_ptr<const NumberRead> number{};   // copy it nowhere
  std::optional<LogIn> log_in{};
  std::optional<Age> age{};
  std::optional<Signature> signature{};
  std::optional<CertificateRead> certificate{};
  std::optional<Renewal> renewal{};
};

// Thread-safe. A kiosk hands it out while the card is there; holding on to it keeps nothing but its number.
class PresenceSession {
 public:
  PresenceSession(std::string reader, bool is_virtual, std::uint64_t number)
      : reader_(std::move(reader)), is_virtual_(is_virtual), number_(number) {}

  const std::string& reader() const noexcept { return reader_; }
  bool is_virtual() const noexcept { return is_virtual_; }   // not a real card; front ends must say so
  std::uint64_t number() const noexcept { return number_; }  // of this reader, growing
  bool alive() const noexcept { return alive_; }

  // Runs `use` on what was read, which is not wiped under its hands: removal waits, so it must be quick and call nothing of the kiosk.
  // Errc::session_ended; `use` is not called then.
  Status with(const std::function<void(const Held&)>& use) const;

  // For the lane. What comes late is wiped unseen.
  void add(Held&& more);
  void end() noexcept;

 private:
  std::string reader_;
  bool is_virtual_;
  std::uint64_t number_;
  std::atomic<bool> alive_ = true;
  mutable std::mutex mutex_;   // around held_
  Held held_;
};

}  // namespace myna::kiosk

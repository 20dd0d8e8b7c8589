// SPDX-License-Identifier: Apache-2.0
// JSON Web Signatures (RFC 7515) with the signer's certificates inside, plain or of level JAdES-B-B (ETSI TS 119 182-1): RS256, RS384,
// RS512, and PS256 where the card does PSS.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "myna/documents/document.hpp"
#include "myna/documents/report.hpp"

namespace myna {

enum class JwsSerialization : std::uint8_t { compact, flattened, general };

// A content stands in one line of base64url, and is hashed behind a header that holds the certificates: so it is held in memory.
inline constexpr std::size_t kMaxJwsContent = 16 << 20;

struct JwsOptions {
  Digest digest = Digest::sha256;
  bool pss = false;                      // PS256; with sha256 only
  bool jades = false;                    // adds iat, and sigD to a detached one
  bool detached = false;                 // RFC 7515, appendix F; jades: by hash (sigD, ObjectIdByURIHash)
  JwsSerialization serialization = JwsSerialization::compact;
  std::string content_name{};            // for sigD
  TimeStamper* time_stamper = nullptr;   // must outlive the document; a time stamp in etsiU, in jades and a JSON serialisation only
};

// Reads and hashes the content, which is read once more for prepare() and finish(). Errors: invalid_argument (options that do not go
// together), document_unsupported (a content above the limit), those of the input.
Result<std::unique_ptr<Document>> open_jws(InputPtr content, JwsOptions options);

// A JWS taken apart, compact or JSON (RFC 7515, 7).
class Jws {
 public:
  // Errors: malformed, also for duplicate members and for base64url that is not canonical; those of the input.
  static Result<Jws> read(const DocumentInput& input);

  bool attached() const noexcept { return !payload_.empty(); }
  // Every signature, over the payload inside or over `content`. Algorithms are those above, the key is that of the first certificate in x5c
  // and no other. Without `content` it is empty. Errors: those of the content.
  Result<std::vector<SignerReport>> verify(const DocumentInput* content, const VerifyOptions& options) const;

  struct Signature {
    std::string header;            // base64url, as it was signed
    std::string protected_json;
    std::string unprotected_json;  // empty: none
    Bytes value;
  };

 private:
  std::string payload_;            // base64url
  std::vector<Signature> signatures_;
};

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// Builds one X.509 v3 certificate extension by extension, over OpenSSL.
#pragma once

#include <openssl/x509v3.h>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "myna/core/bytes.hpp"
#include "myna/core/result.hpp"
#include "rsa_key.hpp"

namespace myna {

// One attribute of a DN: "C", "O", "OU", "CN", "L". C is a PrintableString, everything else a UTF8String.
struct Rdn {
  const char* type;
  std::string value;
};
using DistinguishedName = std::vector<Rdn>;

struct AttributeValue {
  const char* oid;
  std::string value;
};

struct Issuer {
  DistinguishedName name;
  KeyPair key;
  Bytes certificate;   // DER; empty while the issuer's own certificate is being made
};

class CertificateBuilder {
 public:
  CertificateBuilder(const DistinguishedName& subject, const KeyPair& key);
  ~CertificateBuilder();
  CertificateBuilder(const CertificateBuilder&) = delete;
  CertificateBuilder& operator=(const CertificateBuilder&) = delete;

  void validity(std::chrono::sys_seconds from, std::chrono::sys_seconds to);
  // `value` in the notation of x509v3_config(5), with "critical," in front where it is.
  void extension(int nid, const std::string& value);
  void policy(const char* oid, const char* cps_uri);                        // critical, as JPKI has it
  void directory_name(int nid, const DistinguishedName& name);              // subject or issuer alternative name
  void other_names(const std::vector<AttributeValue>& attributes);          // subject alternative name
  void crl_point(const DistinguishedName& name);
  void ocsp(const char* uri);
  void authority_key_id(const Issuer& issuer);                              // key id, issuer name and serial

  // Signs with SHA-256; DER. Errc::crypto_failed when any step before failed.
  Result<Bytes> sign(const Issuer& issuer);

 private:
  void add(int nid, bool critical, void* value);
  X509* certificate_;
  bool good_ = true;
};

}  // namespace myna

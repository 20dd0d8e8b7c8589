// SPDX-License-Identifier: Apache-2.0
// One ds:Signature, built element by element outside its document: in a stand-in for its parent that has the same names in scope, so that
// its canonical form is the one it will have. Private to libmyna/documents.
#pragma once

#include <string>
#include <vector>

#include "myna/crypto/crypto.hpp"
#include "myna/documents/document.hpp"
#include "xml/tree/xml_tree.hpp"

namespace myna::xml {

struct PlannedReference {
  std::string uri;
  std::vector<std::string_view> transforms;
  Bytes value;
  std::string mime_type;   // for XAdES
};

// What is known before the card is asked.
struct Plan {
  Digest digest = Digest::sha256;
  std::string id;                          // of the Signature; empty: 14 digits of the time, as e-Gov has it
  std::vector<std::string> taken_ids;      // of that form, in the document already
  bool prefixed = true;                    // ds:Signature, or Signature with a default namespace
  bool exclusive = false;
  bool xades = false;
  bool with_issuer = true;                 // the CA's certificate beside the signer's
  std::vector<PlannedReference> references;
  Bytes context;                           // XML of one empty element: what is in scope at the parent
};

class Generator {
 public:
  static Result<Generator> prepare(const Plan& plan, const SigningIdentity& identity);

  Result<Bytes> digest_info() const;
  ByteView signed_info() const noexcept { return signed_info_; }
  // Errors: signature_mismatch; those of the time stamp.
  Status complete(ByteView signature, TimeStamper* stamper);
  const xmlNode* signature() const noexcept { return signature_; }

 private:
  Tree tree_;
  xmlNode* signature_ = nullptr;
  Bytes signer_;
  Bytes signed_info_;
  Plan plan_;
};

LooseNode new_signature(xmlDoc* tree, bool prefixed);
// An empty element with the namespaces and xml: attributes that are in scope inside `parent`; nullptr: none.
Result<Bytes> context_of(const xmlNode* parent);
// The canonical form of the SignedInfo where it stands.
Result<Bytes> canonical_signed_info(const xmlNode* signature, bool exclusive);

}  // namespace myna::xml

// SPDX-License-Identifier: Apache-2.0
// A ds:Signature taken apart by its schema, so that no second SignedInfo or value hides beside the first. Private to libmyna/documents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "myna/crypto/crypto.hpp"
#include "xml/tree/xml_tree.hpp"
#include "xml_reference.hpp"

namespace myna::xml {

inline constexpr std::size_t kMaxSignatures = 32;

struct SignatureParts {
  std::optional<Text> problem;                 // none: everything below is there
  const xmlNode* signature = nullptr;
  const xmlNode* signed_info = nullptr;
  const xmlNode* value_element = nullptr;
  std::vector<xmlNode*> references;
  std::vector<xmlNode*> objects;
  Canonicalisation method;
  Digest digest = Digest::sha256;
  Bytes value;
  std::vector<Bytes> certificates;             // DER, in the order of KeyInfo
  bool has_key_value = false;
};

SignatureParts take_apart(const xmlNode* signature);

}  // namespace myna::xml

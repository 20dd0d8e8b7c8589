// SPDX-License-Identifier: Apache-2.0
// The qualifying properties of XAdES (ETSI EN 319 132-1): written for levels B-B and B-T. Private to libmyna/documents.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "xml/tree/xml_tree.hpp"

namespace myna::xml {

inline constexpr std::string_view kSignedPropertiesType = "http://uri.etsi.org/01903#SignedProperties";

struct SignedData {
  std::string reference_id;
  std::string mime_type;
};

struct XadesFacts {
  std::string signature_id;
  ByteView signer;
  std::chrono::sys_seconds time;
  std::vector<SignedData> data;
};

std::string properties_id(const std::string& signature_id);
std::string reference_id(const std::string& signature_id, std::size_t index);

// Puts QualifyingProperties into this ds:Object; gives the SignedProperties.
xmlNode* add_signed_properties(xmlNode* object, const XadesFacts& facts);
// Puts a SignatureTimeStamp beside them.
Status add_time_stamp(xmlNode* signature, std::string_view c14n, ByteView token);

}  // namespace myna::xml

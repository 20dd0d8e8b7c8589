// SPDX-License-Identifier: Apache-2.0
// What a signature covers, and whether that is what a reader of the document will use: the answer to signature wrapping. Private to
// libmyna/documents.
#pragma once

#include <string>
#include <vector>

#include "myna/documents/xml_signature.hpp"
#include "xml_reference.hpp"
#include "xml_structure.hpp"

namespace myna::xml {

// "/", "/DataRoot/構成情報", "file:map.pdf"; without what belongs to the signature itself.
std::vector<std::string> covered_names(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes);
SignatureCheck check_coverage(const SignatureParts& parts, const std::vector<ReferenceOutcome>& outcomes,
                              const std::vector<std::string>& used_elements);

}  // namespace myna::xml

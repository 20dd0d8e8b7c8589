// SPDX-License-Identifier: Apache-2.0
// ASiC-E containers (ETSI EN 319 162-1): a ZIP with files and the signatures over them.
#pragma once

#include "myna/documents/xml_signature.hpp"

namespace myna {

enum class AsicForm : std::uint8_t {
  xades,   // META-INF/signatures0.xml: XAdES
  cades,   // META-INF/ASiCManifest.xml and META-INF/signature.p7s: CAdES over the manifest
};

struct AsicRequest {
  AsicForm form = AsicForm::xades;
  Digest digest = Digest::sha256;        // sha256, sha384 or sha512
  TimeStamper* time_stamper = nullptr;   // must outlive the document
  // names in a new container; none: `container` exists and gets one more signature over all its files
  std::vector<std::string> files;
};

inline constexpr std::size_t kMaxContainer = 256 << 20;   // bytes of a container, and of what is in it; all of it is held in memory

// With files: a new container of them (`container` is not opened). Errors: invalid_argument (a name that leads out, twice the same,
// `mimetype` or below META-INF; a time stamp for cades), document_unsupported (too large; a container that verify_asic would refuse), those
// of the sources.
Result<std::unique_ptr<ReferringDocument>> read_asic(InputPtr container, const OpenNamed& files, const AsicRequest& request);

// Every signature of a container. Checks beside those of XML and CMS: container. A container that is unsafe to read, damaged or without a
// signature is one report with a bad check. Errors: malformed when this is no ZIP.
Result<std::vector<XmlSignerReport>> verify_asic(const DocumentInput& container, const VerifyOptions& options);

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// XML signatures (W3C XML-DSig 1.0/1.1, XAdES of ETSI EN 319 132-1) in the forms that procedures ask for, and their verification.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "myna/documents/report.hpp"
#include "myna/documents/document.hpp"

namespace myna {

// Opens a file by its name in a reference, relative to the folder of the signature. Errors: storage_failed, invalid_argument.
using OpenNamed = std::function<Result<ByteSource>(const std::string& name)>;

// The files below a folder. No link is followed and no name leads out of it: invalid_argument.
OpenNamed files_below(const std::filesystem::path& folder);
// These files, by the last step of the name in the reference; another name goes to `others`. invalid_argument when two of them have one
// name.
OpenNamed files_given(const std::vector<std::filesystem::path>& paths, OpenNamed others);

enum class XmlForm : std::uint8_t {
  enveloped,       // the signature goes into the document, which stays what it is
  enveloping,      // the document goes into the signature; what is no XML as base64
  detached,        // the signature stands alone and names files
  egov,            // e-Gov 電子申請: 署名情報 after 構成情報, files of the folder by their bytes (docs/documents-egov.md)
  egov_files,      // the same with references to files alone (個別ファイル署名形式)
  touki_drawing,   // 登記: one drawing's signature file <drawing>.sig.xml (docs/documents-xml.md)
};

struct XmlRequest {
  XmlForm form = XmlForm::enveloped;
  Digest digest = Digest::sha256;        // sha256, sha384 or sha512; the two e-Gov forms and touki_drawing take sha256 only
  bool exclusive = false;                // Exclusive C14N 1.0 in place of C14N 1.0; not for the presets
  bool xades = false;                    // XAdES B-B: SigningTime, SigningCertificateV2, DataObjectFormat; not for the presets
  TimeStamper* time_stamper = nullptr;   // XAdES B-T: a time stamp over the signature value; must outlive the document
  bool escaped_uri = false;              // e-Gov: #%E6%A7%8B... in place of #構成情報, and file names likewise
  std::vector<std::string> files;        // names of the files to refer to; none in the e-Gov forms: those that 構成情報 lists
};

// A file that a signature will refer to.
struct NamedFacts {
  std::string name;
  DocumentFacts facts;
};

// A document with files beside it that the signature covers too.
class ReferringDocument : public Document {
 public:
  virtual const std::vector<NamedFacts>& files() const = 0;
};

// Reads and hashes `input` (not opened by detached and touki_drawing, whose facts are those of the first file) and the files. A document
// that is signed already gets one more signature, and the earlier ones stay valid. Errors: invalid_argument (the request: digest, files, a
// combination), malformed, document_unsupported (a DTD; no 構成情報 with its ID; a comment that splits a text, which no canonical form covers;
// too large), document_locked (an earlier signature covers the place where this one would go), those of the sources.
Result<std::unique_ptr<ReferringDocument>> read_xml(InputPtr input, const OpenNamed& files, const XmlRequest& request);

struct XmlVerifyOptions : VerifyOptions {
  OpenNamed files;                          // for references to files; none: such a reference is bad
  // Paths of the elements whose content the caller will use ("/Order/Items"), each of which must exist once and be covered. None: the whole
  // document must be, or what the form of the signature promises (e-Gov: 構成情報).
  std::vector<std::string> used_elements;
};

struct XmlSignerReport : SignerReport {
  std::string id;                           // of the Signature element
};

// Verifies every signature in document order. Checks beside those of CMS: form, references, coverage, timestamp. Errors: malformed when
// this is no XML; what is checked and bad is in the report, a document without a signature and one with a DTD too.
Result<std::vector<XmlSignerReport>> verify_xml(const DocumentInput& document, const XmlVerifyOptions& options);

}  // namespace myna

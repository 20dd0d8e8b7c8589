// SPDX-License-Identifier: Apache-2.0
// PDF signatures (ISO 32000-1, 12.8): one appended revision a signature, the original bytes never changed; and verification, signature by
// signature, with what was changed after it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "myna/documents/report.hpp"
#include "myna/documents/document.hpp"

namespace myna {

// moj: what 登記・供託オンライン takes (adbe.pkcs7.detached, signing time in the CMS). pades: ETSI EN 319 142-1, level B-B, or B-T with a time stamp.
enum class PdfProfile : std::uint8_t { moj, pades };

// Where a signature is seen: points from the lower left of the page as it is displayed (CropBox, rotated).
struct PdfVisible {
  std::uint32_t page = 1;
  double x = 0, y = 0, width = 0, height = 0;
  std::string picture;   // path of a PNG or JPEG; none when empty
};

// Texts are UTF-8; an empty one is left out.
struct PdfSignatureOptions {
  PdfProfile profile = PdfProfile::moj;
  Digest digest = Digest::sha256;          // moj: SHA-256 only
  std::string name;                        // empty: the holder's name of the certificate, or its CN
  std::string reason, location, contact;
  std::string field;                       // an unsigned signature field of the document, or the name of a new one; empty: "SignatureN"
  std::optional<PdfVisible> visible;
  TimeStamper* time_stamper = nullptr;     // must outlive the document; pades only
};

// Reads and hashes the input, which must have random access, and plans everything that does not depend on the signer. Errors:
// storage_failed; malformed (no PDF); document_encrypted; document_locked (a certification or a lock forbids it); document_unsupported
// (XFA, a damaged cross-reference, an offset of more than ten digits); invalid_argument (options that do not fit one another or the
// document).
Result<std::unique_ptr<Document>> open_pdf(InputPtr input, const PdfSignatureOptions& options);

struct PdfVerifyOptions {
  VerifyOptions certificates;
  bool moj = false;   // also the rules of 登記・供託オンライン: checks moj-c1 to moj-c9
};

// One report a signature, in the order of the bytes that they cover; a file without one gives a report that is bad. Errors: storage_failed,
// also without random access.
Result<std::vector<SignerReport>> verify_pdf(const DocumentInput& input, const PdfVerifyOptions& options);

// What the checks are called that only PDF has.
struct PdfCheckTitle {
  std::string_view code;
  Text title;
};
inline constexpr std::array kPdfCheckTitles{
    PdfCheckTitle{"structure", {"File structure", "ファイル構造"}},
    PdfCheckTitle{"field", {"Signature field", "署名フィールド"}},
    PdfCheckTitle{"byte-range", {"Signed range", "署名範囲"}},
    PdfCheckTitle{"contents", {"Signature object", "署名オブジェクト"}},
    PdfCheckTitle{"coverage", {"Coverage of the file", "ファイル全体のカバー"}},
    PdfCheckTitle{"changes", {"Changes after signing", "署名後の変更"}},
    PdfCheckTitle{"document-timestamp", {"Document time stamp", "文書タイムスタンプ"}},
    PdfCheckTitle{"moj-c1", {"C1 Type", "C1 Type"}},
    PdfCheckTitle{"moj-c2", {"C2 SubFilter", "C2 SubFilter"}},
    PdfCheckTitle{"moj-c3", {"C3 Name", "C3 署名者名"}},
    PdfCheckTitle{"moj-c4", {"C4 M (time)", "C4 署名日時"}},
    PdfCheckTitle{"moj-c5", {"C5 ByteRange", "C5 署名範囲"}},
    PdfCheckTitle{"moj-c6", {"C6 Contents", "C6 署名データ"}},
    PdfCheckTitle{"moj-c7", {"C7 certificate, attributes", "C7 証明書と属性"}},
    PdfCheckTitle{"moj-c8", {"C8 message digest", "C8 メッセージダイジェスト"}},
    PdfCheckTitle{"moj-c9", {"C9 algorithms", "C9 アルゴリズム"}},
};

}  // namespace myna

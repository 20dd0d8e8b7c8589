// SPDX-License-Identifier: Apache-2.0
// The bytes of a PDF with random access, libqpdf over any beginning of them, and the one funnel for what libqpdf throws. Private to
// libmyna/documents.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>

#include "myna/core/result.hpp"
#include "myna/documents/cms.hpp"
#include "pdf_qpdf.hpp"

namespace myna::pdf {

class PdfBytes {
 public:
  PdfBytes() = default;
  PdfBytes(const PdfBytes&) = delete;
  PdfBytes& operator=(const PdfBytes&) = delete;
  virtual ~PdfBytes() = default;
  virtual std::uint64_t size() const noexcept = 0;
  // Fills `out`; storage_failed also where fewer bytes are there.
  virtual Status read(std::uint64_t offset, std::span<Byte> out) const = 0;

  Result<Bytes> piece(std::uint64_t offset, std::uint64_t count) const;
  // Passes [from, to) on, in pieces.
  Status stream(std::uint64_t from, std::uint64_t to, const ByteSink& sink) const;
};

// Errors: storage_failed.
Result<std::shared_ptr<PdfBytes>> open_bytes(const std::string& path);
// The file with a revision behind it.
std::shared_ptr<PdfBytes> joined(std::shared_ptr<PdfBytes> original, Bytes appended);

// Parses the first `end` bytes as a PDF of their own, without any repair. Throws QPDFExc.
std::unique_ptr<QPDF> parse(std::shared_ptr<const PdfBytes> bytes, std::uint64_t end, bool repair = false);

// Where the last cross-reference section begins, as the last `startxref` before `end` says. Errors: malformed.
Result<std::uint64_t> last_startxref(const PdfBytes& bytes, std::uint64_t end);

inline Errc code_of(const QPDFExc& error) {
  if (error.getErrorCode() == qpdf_e_password) return Errc::document_encrypted;
  if (error.getErrorCode() == qpdf_e_unsupported) return Errc::document_unsupported;
  return error.getErrorCode() == qpdf_e_system ? Errc::storage_failed : Errc::malformed;
}

// No exception of libqpdf leaves the library; bad_alloc does.
template <typename F>
auto guarded(F work) -> decltype(work()) {
  try {
    return work();
  } catch (const QPDFExc& error) {
    return fail(code_of(error));
  } catch (const std::logic_error&) {
    return fail(Errc::malformed);
  } catch (const std::runtime_error&) {
    return fail(Errc::malformed);
  }
}

}  // namespace myna::pdf

// SPDX-License-Identifier: Apache-2.0
// libqpdf over any beginning of a file's bytes, and the one funnel for what libqpdf throws. Private to libmyna/documents.
#pragma once

#include <memory>
#include <stdexcept>
#include <string_view>

#include "myna/core/result.hpp"
#include "myna/documents/input.hpp"
#include "pdf_qpdf.hpp"

namespace myna::pdf {

inline constexpr std::string_view kPdfHeader = "%PDF-";   // ISO 32000-1, 7.5.2

// The file with a revision behind it.
std::shared_ptr<RandomAccess> joined(std::shared_ptr<RandomAccess> original, Bytes appended);

// Parses the first `end` bytes as a PDF of their own, without any repair. Throws QPDFExc.
std::unique_ptr<QPDF> parse(std::shared_ptr<const RandomAccess> bytes, std::uint64_t end, bool repair = false);

// Where the last cross-reference section begins, as the last `startxref` before `end` says. Errors: malformed.
Result<std::uint64_t> last_startxref(const RandomAccess& bytes, std::uint64_t end);

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

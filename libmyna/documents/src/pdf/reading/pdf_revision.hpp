// SPDX-License-Identifier: Apache-2.0
// One revision behind the end of a PDF: objects, a cross-reference section of the kind that the file has, a trailer (ISO 32000-1, 7.5.6).
// Private to libmyna/documents.
#pragma once

#include <map>

#include "pdf/signing/pdf_plan.hpp"

namespace myna::pdf {

class RevisionWriter {
 public:
  explicit RevisionWriter(const Plan& plan);

  int new_id() { return next_id_++; }
  // Where the next byte will stand in the file.
  std::uint64_t position() const { return base_ + bytes_.size(); }
  void object(int id, int generation, std::string_view text);
  // `dictionary` without its end and without /Length.
  void stream(int id, const std::string& dictionary, ByteView data);
  // The cross-reference and the trailer; `new_file_id` is the second element of /ID.
  void end(ByteView new_file_id);

  Bytes& bytes() { return bytes_; }

 private:
  struct Place {
    std::uint64_t offset;
    int generation;
  };
  void write(std::string_view text);
  void begin_object(int id, int generation);
  void table(const std::string& trailer);
  void xref_stream(const std::string& trailer);
  template <typename F>
  void for_each_run(F each) const;

  const Plan& plan_;
  std::uint64_t base_;
  int next_id_;
  Bytes bytes_;
  std::map<int, Place> places_;
};

}  // namespace myna::pdf

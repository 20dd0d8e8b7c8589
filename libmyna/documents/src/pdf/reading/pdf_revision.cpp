// SPDX-License-Identifier: Apache-2.0
#include "pdf_revision.hpp"

#include <array>
#include <cstdio>

#include "myna/core/hex.hpp"
#include "pdf_fields.hpp"

namespace myna::pdf {
namespace {
constexpr int kOffsetBytes = 5;
std::string hex_string(ByteView bytes) { return '<' + to_hex(bytes) + '>'; }
}  // namespace

RevisionWriter::RevisionWriter(const Plan& plan) : plan_(plan), base_(plan.size), next_id_(plan.next_id) {
  if (!plan.ends_line) write("\n");
}

void RevisionWriter::write(std::string_view text) { append(bytes_, as_bytes(text)); }

void RevisionWriter::begin_object(int id, int generation) {
  places_[id] = {position(), generation};
  write(std::to_string(id) + ' ' + std::to_string(generation) + " obj\n");
}

void RevisionWriter::object(int id, int generation, std::string_view text) {
  begin_object(id, generation);
  write(text);
  write("\nendobj\n");
}

void RevisionWriter::stream(int id, const std::string& dictionary, ByteView data) {
  begin_object(id, 0);
  write(dictionary + " /Length " + std::to_string(data.size()) + " >>\nstream\n");
  append(bytes_, data);
  write("\nendstream\nendobj\n");
}

// Calls `each` with the first number and the places of every unbroken run of numbers.
template <typename F>
void RevisionWriter::for_each_run(F each) const {
  for (auto at = places_.begin(); at != places_.end();) {
    std::vector<Place> run;
    const int first = at->first;
    for (; at != places_.end() && at->first == first + static_cast<int>(run.size()); ++at) run.push_back(at->second);
    each(first, run);
  }
}

void RevisionWriter::table(const std::string& trailer) {
  write("xref\n");
  for_each_run([this](int first, const std::vector<Place>& run) {
    write(std::to_string(first) + ' ' + std::to_string(run.size()) + '\n');
    for (const Place& place : run) {
      std::array<char, 24> entry{};
      std::snprintf(entry.data(), entry.size(), "%010llu %05d n \n", static_cast<unsigned long long>(place.offset), place.generation);
      write(entry.data());
    }
  });
  write("trailer\n<<" + trailer + " >>\n");
}

// ISO 32000-1, 7.5.8: a row is 01, the offset and the generation.
void RevisionWriter::xref_stream(const std::string& trailer) {
  const int id = new_id();
  places_[id] = {position(), 0};
  std::string index;
  Bytes rows;
  for_each_run([&](int first, const std::vector<Place>& run) {
    index += ' ' + std::to_string(first) + ' ' + std::to_string(run.size());
    for (const Place& place : run) {
      rows.push_back(1);
      for (int shift = 8 * (kOffsetBytes - 1); shift >= 0; shift -= 8) rows.push_back(static_cast<Byte>(place.offset >> shift));
      rows.push_back(static_cast<Byte>(place.generation >> 8));
      rows.push_back(static_cast<Byte>(place.generation));
    }
  });
  stream(
      id,
      "<< /Type /XRef /W [ 1 " + std::to_string(kOffsetBytes) + " 2 ] /Index [" + index + " ] /Size " + std::to_string(next_id_) + trailer,
      rows);
}

void RevisionWriter::end(ByteView new_file_id) {
  const ByteView first = plan_.first_id.empty() ? new_file_id : as_bytes(plan_.first_id);
  const std::string more =
      plan_.trailer + " /Prev " + std::to_string(plan_.previous) + " /ID [ " + hex_string(first) + ' ' + hex_string(new_file_id) + " ]";
  const std::uint64_t start = position();
  if (plan_.xref_stream) xref_stream(more);
  else table(" /Size " + std::to_string(next_id_) + more);
  write("startxref\n" + std::to_string(start) + "\n%%EOF\n");
}

}  // namespace myna::pdf

// SPDX-License-Identifier: Apache-2.0
// Finds the signatures that a form shows, and the fields that are not what they seem.
#include <algorithm>
#include <set>

#include "pdf/judging/pdf_verify.hpp"

namespace myna::pdf {
namespace {

constexpr Text kShared{"two fields share one signature or one name", "複数のフィールドが同じ署名または同じ名前を共有しています"};
constexpr Text kNoDictionary{"the field's value is no signature dictionary", "フィールドの値が署名辞書ではありません"};

// What the value is before anything of it is believed.
Text problem_of(QPDFObjectHandle value) {
  if (!value.isDictionary()) return kNoDictionary;
  return value.hasKey("/ByteRange") || value.hasKey("/Contents") ? Text{} : kNoDictionary;
}

FoundSignature found_in(const Field& field, QPDFObjectHandle value, const RandomAccess& bytes) {
  FoundSignature found{.field = field.name, .value = value, .field_problem = problem_of(value), .range = {}, .contents = {}};
  if (!value.isDictionary()) return found;
  found.range = read_range(value, bytes);
  if (found.range.range) found.contents = read_contents(value, *found.range.range, bytes);
  return found;
}

}  // namespace

std::vector<FoundSignature> find_signatures(QPDF& pdf, const RandomAccess& bytes) {
  std::vector<FoundSignature> all;
  std::multiset<std::string> names;
  std::multiset<std::uint64_t> gaps;
  for (const Field& field : fields_of(pdf)) {
    if (field.leaf) names.insert(field.name);
    const auto value = signature_of(field);
    if (!value) continue;
    all.push_back(found_in(field, *value, bytes));
    if (all.back().range.range) gaps.insert(all.back().range.range->gap_begin);
  }
  for (FoundSignature& found : all) {
    const bool shared = names.count(found.field) > 1 || (found.range.range && gaps.count(found.range.range->gap_begin) > 1);
    if (shared) found.field_problem = kShared;
  }
  std::ranges::stable_sort(all, {}, &FoundSignature::end);
  return all;
}

}  // namespace myna::pdf

// SPDX-License-Identifier: Apache-2.0
#include "pdf_diff.hpp"

#include <algorithm>

namespace myna::pdf {
namespace {

using Table = std::map<QPDFObjGen, QPDFXRefEntry>;

bool is_container(QPDFObjectHandle object) {
  if (!object.isStream()) return false;
  QPDFObjectHandle type = object.getDict().getKey("/Type");
  return type.isName() && (type.getName() == "/XRef" || type.getName() == "/ObjStm");
}

// The very same bytes of the file, so that nothing needs to be read.
bool same_place(const Table& before, const Table& after, const QPDFXRefEntry& a, const QPDFXRefEntry& b) {
  if (a.getType() != b.getType()) return false;
  if (a.getType() == 1) return a.getOffset() == b.getOffset();
  if (a.getObjStreamNumber() != b.getObjStreamNumber() || a.getObjStreamIndex() != b.getObjStreamIndex()) return false;
  const auto container_before = before.find(QPDFObjGen(a.getObjStreamNumber(), 0)),
             container_after = after.find(QPDFObjGen(a.getObjStreamNumber(), 0));
  return container_before != before.end() && container_after != after.end() && container_before->second.getType() == 1 &&
         container_after->second.getType() == 1 && container_before->second.getOffset() == container_after->second.getOffset();
}

void count_references(QPDFObjectHandle object, std::map<QPDFObjGen, int>& counts) {
  if (object.isIndirect()) {
    ++counts[object.getObjGen()];
  } else if (object.isArray()) {
    for (int i = 0; i < object.getArrayNItems(); ++i) count_references(object.getArrayItem(i), counts);
  } else if (object.isDictionary()) {
    for (const std::string& key : object.getKeys()) count_references(object.getKey(key), counts);
  }
}

void count_inside(QPDFObjectHandle object, std::map<QPDFObjGen, int>& counts) {
  QPDFObjectHandle inner = object.isStream() ? object.getDict() : object;
  if (inner.isArray()) {
    for (int i = 0; i < inner.getArrayNItems(); ++i) count_references(inner.getArrayItem(i), counts);
  } else if (inner.isDictionary()) {
    for (const std::string& key : inner.getKeys()) count_references(inner.getKey(key), counts);
  }
}

}  // namespace

bool same_content(QPDFObjectHandle before, QPDFObjectHandle after) {
  if (before.isStream() != after.isStream()) return false;
  if (!before.isStream()) return before.unparseResolved() == after.unparseResolved();
  if (before.getDict().unparseResolved() != after.getDict().unparseResolved()) return false;
  const auto a = before.getRawStreamData(), b = after.getRawStreamData();
  return a->getSize() == b->getSize() && std::equal(a->getBuffer(), a->getBuffer() + a->getSize(), b->getBuffer());
}

Difference difference(QPDF& before, QPDF& after) {
  Difference found;
  const Table old_table = before.getXRefTable(), new_table = after.getXRefTable();
  for (const auto& [id, entry] : old_table) {
    const auto now = new_table.find(id);
    if (now != new_table.end() && same_place(old_table, new_table, entry, now->second)) continue;
    QPDFObjectHandle object = before.getObject(id);
    if (is_container(object)) continue;
    if (now == new_table.end()) found.removed.insert(id);
    else if (!same_content(object, after.getObject(id))) found.changed.insert(id);
  }
  for (const auto& [id, entry] : new_table) {
    if (!old_table.contains(id)) found.added.insert(id);
  }
  return found;
}

std::map<QPDFObjGen, int> references_in(QPDF& pdf) {
  std::map<QPDFObjGen, int> counts;
  for (const auto& [id, entry] : pdf.getXRefTable()) count_inside(pdf.getObject(id), counts);
  return counts;
}

std::set<std::string> differing_keys(QPDFObjectHandle before, QPDFObjectHandle after) {
  std::set<std::string> keys = before.getKeys(), different;
  keys.merge(after.getKeys());
  for (const std::string& key : keys) {
    if (before.getKey(key).unparse() != after.getKey(key).unparse()) different.insert(key);
  }
  return different;
}

}  // namespace myna::pdf

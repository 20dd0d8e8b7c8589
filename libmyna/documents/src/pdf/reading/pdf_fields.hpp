// SPDX-License-Identifier: Apache-2.0
// The form of a PDF: its fields with their full names (ISO 32000-1, 12.7), and what certifications and locks say (12.8.2). Private to
// libmyna/documents.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pdf_qpdf.hpp"

namespace myna::pdf {

struct Field {
  QPDFObjectHandle object;
  std::string name;    // full name, UTF-8
  std::string type;    // "/Sig", inherited; empty when no ancestor has one
  bool leaf = true;    // no kids that are fields
};

// Every field in the order of the form; each object once. Throws QPDFExc; std::runtime_error for a tree deeper or larger than any real one.
std::vector<Field> fields_of(QPDF& pdf);

// The field's value when it is a signature dictionary.
std::optional<QPDFObjectHandle> signature_of(const Field& field);

// The lowest permission that a certification of this revision gives: 1 no change, 2 forms and signatures, 3 annotations too.
std::optional<int> certified_level(QPDF& pdf);
// What this one signature's dictionary certifies.
std::optional<int> certified_level(QPDFObjectHandle signature);

// True when this signature locked the field of that name (FieldMDP), or the whole document by it.
bool locks_field(QPDFObjectHandle signature, const std::string& name);

// Text of an object as it stands in a file, with changed entries: an empty value takes the key out.
struct Entry {
  std::string key;
  std::string value;
};
std::string dictionary_text(QPDFObjectHandle dictionary, const std::vector<Entry>& changes);
std::string array_text(QPDFObjectHandle array, const std::string& more);
std::string reference(int id, int generation = 0);
// A text string: PDFDocEncoding where that has every character, UTF-16BE with its mark otherwise (ISO 32000-1, 7.9.2.2).
std::string text_string(const std::string& utf8);

}  // namespace myna::pdf

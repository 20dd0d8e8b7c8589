// SPDX-License-Identifier: Apache-2.0
// Two revisions of one PDF, object by object. Private to libmyna/documents.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "pdf/reading/pdf_qpdf.hpp"

namespace myna::pdf {

struct Difference {
  std::set<QPDFObjGen> changed;   // in both, with another content
  std::set<QPDFObjGen> removed;
  std::set<QPDFObjGen> added;
};

// Containers (object streams, cross-reference streams) are no objects of their own: what is in them is compared.
Difference difference(QPDF& before, QPDF& after);

// How often each object is referred to by the objects of a revision, its trailer not counted; also objects that do not exist.
std::map<QPDFObjGen, int> references_in(QPDF& pdf);

// The keys whose values differ, in both directions; references are compared as references.
std::set<std::string> differing_keys(QPDFObjectHandle before, QPDFObjectHandle after);

// Two objects are written in the same way; a stream with its data.
bool same_content(QPDFObjectHandle before, QPDFObjectHandle after);

}  // namespace myna::pdf

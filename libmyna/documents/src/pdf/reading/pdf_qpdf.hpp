// SPDX-License-Identifier: Apache-2.0
// libqpdf's headers, included from here alone. Private to libmyna/documents.
#pragma once

// clang 14 cannot compile qpdf/JSON.hh over the constexpr vector of libstdc++ 12; of that class nothing but its name is needed.
#if defined(__clang__) && __clang_major__ < 16
#define JSON_HH
class JSON;
#endif

#include <qpdf/Buffer.hh>
#include <qpdf/InputSource.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFXRefEntry.hh>

// SPDX-License-Identifier: Apache-2.0
// Every function of the standard, from functions.def.
#include "entry.hpp"
#include "pkcs11/bridge/bridge.hpp"

#define MYNA_EXPORT __attribute__((visibility("default")))

#define P11_FN(name, parameters, arguments)                                       \
  extern "C" MYNA_EXPORT CK_RV name parameters {                                  \
    return myna::p11::guarded([&] { return myna::p11::bridge::name arguments; }); \
  }
#define P11_NO(name, parameters) \
  extern "C" MYNA_EXPORT CK_RV name parameters { return myna::p11::guarded(myna::p11::bridge::unsupported); }
#include "functions.def"
#undef P11_FN
#undef P11_NO

namespace myna::p11::bridge {
namespace {

#define P11_FN(name, parameters, arguments) ::name,
#define P11_NO(name, parameters) ::name,
CK_FUNCTION_LIST_3_0 functions_3_0{{3, 0},
#include "functions.def"
};
#define P11_2_40_ONLY
CK_FUNCTION_LIST functions_2_40{{2, 40},
#include "functions.def"
};
#undef P11_2_40_ONLY
#undef P11_FN
#undef P11_NO

CK_UTF8CHAR interface_name[] = "PKCS 11";

}  // namespace

// The newest first: it is the default (PKCS#11 3.0, 5.4.4).
std::array<CK_INTERFACE, 2>& interfaces() {
  static std::array<CK_INTERFACE, 2> all{CK_INTERFACE{interface_name, &functions_3_0, 0}, CK_INTERFACE{interface_name, &functions_2_40, 0}};
  return all;
}

CK_FUNCTION_LIST* function_list() { return &functions_2_40; }

}  // namespace myna::p11::bridge

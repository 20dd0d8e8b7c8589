// SPDX-License-Identifier: Apache-2.0
// Which tokens this module has: MYNA_P11_AUTH and MYNA_P11_SIGN come from the build.
#include "pkcs11/model/module.hpp"

namespace myna::p11 {

Config built_in_config() {
  Config config;
  config.auth_token = MYNA_P11_AUTH;
  config.sign_token = MYNA_P11_SIGN;
  return config;
}

}  // namespace myna::p11

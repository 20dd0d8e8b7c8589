// SPDX-License-Identifier: Apache-2.0
// The one place where the main of Catch2 is compiled.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

// SPDX-License-Identifier: Apache-2.0
// pcsc-lite's ifdhandler.h knows no C++ and no visibility: its functions get C linkage here, and are what this library shows.
#pragma once

#pragma GCC visibility push(default)
extern "C" {
#include <ifdhandler.h>
}
#pragma GCC visibility pop

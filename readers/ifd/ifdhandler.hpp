// SPDX-License-Identifier: Apache-2.0
// pcsc-lite's ifdhandler.h knows no C++: its functions get C linkage here.
#pragma once

extern "C" {
#include <ifdhandler.h>
}

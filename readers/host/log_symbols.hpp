// SPDX-License-Identifier: Apache-2.0
// pcscd's logging functions, which an IFD handler expects of the program that loads it.
#pragma once

namespace myna::readers {

// Makes the linker keep them.
void keep_log_symbols();

}  // namespace myna::readers

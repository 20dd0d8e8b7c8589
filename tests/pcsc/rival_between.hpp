// SPDX-License-Identifier: Apache-2.0
// See rival_between.cpp.
#pragma once

// Once, before the next call of that name: begin, reconnect, connect. `call` is a literal.
void rival_before(const char* call, int milliseconds);
bool rival_holds();

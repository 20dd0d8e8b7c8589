// SPDX-License-Identifier: Apache-2.0
// Readers without pcscd, and why a reader that is plugged in is not in the list.
#pragma once

#include "cli/context.hpp"
#include "myna/ports/reader_backend.hpp"

namespace myna::cli {

std::unique_ptr<ReaderBackend> make_usb_backend(const GlobalOptions& options);
bool any_usb_reader();

// Tells of each reader that is plugged in and cannot be used, beside the readers that can: those of pcscd, or those of make_usb_backend.
void explain_unusable(Output& output, const Result<std::vector<ReaderInfo>>& usable);

}  // namespace myna::cli

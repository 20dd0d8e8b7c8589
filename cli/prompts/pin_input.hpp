// SPDX-License-Identifier: Apache-2.0
// Where a PIN comes from: --pin-fd, --pin-file, or the person at the terminal, who sees first how many tries are left.
#pragma once

#include "cli/card/card_access.hpp"
#include "cli/context.hpp"
#include "myna/use_cases/pins.hpp"
#include "pin_lines.hpp"

namespace myna::cli {

// What the descriptor or the file holds. The descriptor is closed after reading. Errors: pin_unavailable,
// pin_file_unsafe (a link, not a regular file, not ours, or open to others).
Result<PinLines> read_stored_pins(const GlobalOptions& options);

// A file of ours with a secret in it, by the same rules.
Result<SecretBytes> read_secret_file(const std::string& path);

// Shows which PIN is asked for and how many tries are left, and reads it. Errors: those of Terminal.
Result<SecretBytes> ask_pin(Context& context, const PinRow& row, const PinStatus& status);

// What was typed or stored for a PIN, before its form is checked. A stored one is taken as it is, and the card is not asked (that happens
// in the transaction that uses it); a typed one costs one transaction first: SELECT, `precondition`, counter.
Result<SecretBytes> obtain_pin_text(Context& context, OpenCard& card, PinKind kind, Precondition precondition);

// The same in the form of its row.
Result<Pin> obtain_pin(Context& context, OpenCard& card, PinKind kind, Precondition precondition = {});

// One of several PINs that open the same thing: the one called `wanted` when it is not empty, else the first of `kinds` that the stored
// lines name, else the first. Errors as of obtain_pin_text, and pin_malformed.
Result<Pin> obtain_one_of(Context& context, OpenCard& card, std::span<const PinKind> kinds, std::string_view wanted);

// Every stored PIN of these kinds that the lines name; none without --pin-fd and --pin-file.
Result<std::vector<Pin>> stored_pins(const Context& context, std::span<const PinKind> kinds);

}  // namespace myna::cli

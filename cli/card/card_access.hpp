// SPDX-License-Identifier: Apache-2.0
// From the options to a card: which reader, waiting for it, its channel with statistics and trace around.
#pragma once

#include "cli/context.hpp"
#include "myna/card/my_number_card.hpp"
#include "myna/ports/reader_hub.hpp"

namespace myna::cli {

struct OpenCard {
  ReaderInfo reader;
  MyNumberCard card;
};

// virtual:DIR means that card, usb: the readers that are plugged in, without pcscd; everything else the readers of pcscd, or when it does
// not run, those that are plugged in.
ReaderHub make_hub(const GlobalOptions& options);

// The name to look for among the readers of the hub: none for virtual:DIR, what follows usb:.
std::string_view reader_name(const GlobalOptions& options);

// The reader meant, as soon as it is there; with --timeout waits for one with a card. Errors: those of ReaderHub,
// cancelled.
Result<ReaderInfo> find_reader(Context& context, ReaderHub& hub);

// Powers and connects. Errors: no_card when the reader is empty, those of ReaderHub::open.
Result<OpenCard> connect(Context& context, ReaderHub& hub, const ReaderInfo& reader);

// All of it.
Result<OpenCard> open_card(Context& context);

}  // namespace myna::cli

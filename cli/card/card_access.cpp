// SPDX-License-Identifier: Apache-2.0
#include "card_access.hpp"


#include "cli/terminal/screen.hpp"
#include "myna/pcsc/pcsc_backend.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "stopping_channel.hpp"
#include "usb_readers.hpp"
#include "virtual_paths.hpp"

namespace myna::cli {
namespace {

constexpr std::string_view kVirtual = "virtual:", kUsb = "usb:";
constexpr std::chrono::milliseconds kDefaultHold = std::chrono::seconds(10);   // for another program's transaction

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(static_cast<long>(seconds * 1000));
}

std::chrono::milliseconds hold_deadline(const GlobalOptions& options) {
  return options.timeout ? milliseconds_of(*options.timeout) : kDefaultHold;
}

// What time can mend: another program may give a reader back, too.
bool may_appear(const Error& error) {
  return error.code == Errc::no_reader || error.code == Errc::reader_unknown || error.code == Errc::no_card ||
         error.code == Errc::reader_unusable || error.code == Errc::several_cards;
}

Result<ReaderInfo> reader_with_card(ReaderHub& hub, std::string_view name) {
  MYNA_TRY(ReaderInfo reader, hub.choose(name));
  if (reader.state == ReaderState::empty) return fail(Errc::no_card);
  if (reader.state == ReaderState::unusable) return fail(Errc::reader_unusable);
  if (reader.state == ReaderState::several_cards) return fail(Errc::several_cards);
  return reader;
}

void print_trace(const std::string& line) { (void)show(kStandardError, Shown::line(line)); }

}  // namespace

ReaderHub make_hub(const GlobalOptions& options) {
  ReaderHub hub;
  if (options.reader.starts_with(kVirtual)) {
    const auto directory = virtual_directory(options.reader.substr(kVirtual.size()));
    hub.add(std::make_unique<VirtualBackend>(directory, hold_deadline(options)));
  } else if (options.reader.starts_with(kUsb)) {
    hub.add(make_usb_backend(options));
  } else {
    auto pcsc = make_pcsc_backend({.pins_end = aid::kPinsEnd, .deadline = hold_deadline(options)});
    const auto listed = pcsc->readers();
    const bool no_daemon = !listed && listed.error().code == Errc::no_service;
    // What pcscd does not serve: without the daemon, the readers belong to whoever opens them.
    if (no_daemon && any_usb_reader()) hub.add(make_usb_backend(options));
    else hub.add(std::move(pcsc));
  }
  return hub;
}

std::string_view reader_name(const GlobalOptions& options) {
  if (options.reader.starts_with(kVirtual)) return {};
  const std::string_view name = options.reader;
  return name.starts_with(kUsb) ? name.substr(kUsb.size()) : name;
}

Result<ReaderInfo> find_reader(Context& context, ReaderHub& hub) {
  const std::string_view name = reader_name(context.global());
  if (!context.global().timeout) return hub.choose(name);
  const auto end = std::chrono::steady_clock::now() + milliseconds_of(*context.global().timeout);
  while (true) {
    auto reader = reader_with_card(hub, name);
    if (reader || !may_appear(reader.error())) return reader;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return hub.choose(name);
    MYNA_CHECK(hub.wait(context.stop, left));
  }
}

Result<OpenCard> connect(Context& context, ReaderHub& hub, const ReaderInfo& reader) {
  if (reader.state == ReaderState::empty) return fail(Errc::no_card);
  if (reader.state == ReaderState::card_unresponsive) return fail(Errc::card_unresponsive);
  if (reader.state == ReaderState::several_cards) return fail(Errc::several_cards);
  MYNA_TRY(auto channel, hub.open(reader));
  auto observed = std::make_unique<ObservedChannel>(
      std::move(channel), context.statistics, context.global().trace ? print_trace : ObservedChannel::TraceSink{});
  auto stopping = std::make_unique<StoppingChannel>(std::move(observed), context.stop);
  return OpenCard{reader, MyNumberCard(std::move(stopping), context.global().length_mode, refused_pins_of(reader.name))};
}

Result<OpenCard> open_card(Context& context) {
  ReaderHub hub = make_hub(context.global());
  MYNA_TRY(const ReaderInfo reader, find_reader(context, hub));
  return connect(context, hub, reader);
}

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
#include "usb_readers.hpp"

#include <algorithm>
#include <filesystem>

#include "cli/terminal/screen.hpp"
#include "readers/host/ccid_host.hpp"
#include "readers/usb/trouble.hpp"
#include "readers/usb/usb_backend.hpp"

namespace myna::cli {
namespace {

using readers::UsbReader;

void print_trace(const std::string& line) { (void)show(kStandardError, Shown::line(line)); }

// pcscd names a reader after its driver's list, or after the device.
std::string plain_name(const UsbReader& reader) { return reader.name.substr(0, reader.name.find(" [")); }

bool has_driver(const UsbReader& reader) {
  std::error_code error;
  const std::filesystem::path drivers = MYNA_PCSC_DRIVERS;
  return std::filesystem::exists(drivers / (reader.chip == readers::Chip::port100 ? "ifd-myna.bundle" : "ifd-ccid.bundle"), error);
}

// Names of our own backend tell the port; pcscd's do not.
bool is_direct(const ReaderInfo& info) { return info.name.find(" [usb:") != std::string::npos; }

bool is_usable(const UsbReader& reader, const std::vector<ReaderInfo>& list) {
  const auto same = [&reader](const ReaderInfo& info) {
    if (is_direct(info)) return info.name == reader.name && info.state != ReaderState::unusable;
    // libccid has names of its own: a CCID reader that somebody holds is pcscd's.
    return reader.chip == readers::Chip::ccid ? reader.driver == "usbfs" : info.name.starts_with(plain_name(reader));
  };
  return std::ranges::any_of(list, same);
}

}  // namespace

std::unique_ptr<ReaderBackend> make_usb_backend(const GlobalOptions& options) {
  readers::UsbOptions usb{.trace = options.trace_usb ? print_trace : readers::TraceSink{}, .ccid = readers::open_ccid_reader};
  if (options.bit_rate == "auto") usb.bit_rate = readers::BitRateChoice::automatic;
  return std::make_unique<readers::UsbBackend>(std::make_shared<readers::UsbReaders>(std::move(usb)));
}

bool any_usb_reader() { return !readers::find_usb_readers().empty(); }

void explain_unusable(Output& output, const Result<std::vector<ReaderInfo>>& usable) {
  for (const UsbReader& reader : readers::find_usb_readers()) {
    const readers::UsbSurroundings around{
        .service = usable && std::ranges::none_of(*usable, is_direct), .listed = usable && is_usable(reader, *usable),
        .driver_installed = has_driver(reader)};
    const auto trouble = trouble_of(reader, around);
    if (!trouble) continue;
    const Words& words = output.words();
    output.document()["unusable"].push_back(
        {{"name", reader.name}, {"problem", trouble->name}, {"message", words(trouble->what)}, {"advice", words(trouble->advice)}});
    output.note(reader.name + ": " + words(trouble->what) + words({". ", "。"}) + words(trouble->advice) + words({".", "。"}));
  }
}

}  // namespace myna::cli

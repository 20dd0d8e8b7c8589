// SPDX-License-Identifier: Apache-2.0
// Options by name, and where readers come from.
#include <algorithm>
#include <filesystem>

#include "capi.hpp"
#include "myna/kiosk/kiosk_settings.hpp"
#include "myna/pcsc/pcsc_backend.hpp"
#include "myna/settings/module_config.hpp"
#include "myna/trust/trust_directory.hpp"
#include "myna/virtual/virtual_backend.hpp"
#ifdef MYNA_WITH_NUMBER
#include "myna/kiosk/kiosk_number.hpp"
#endif
#include "readers/usb/usb_backend.hpp"

namespace myna::capi {
namespace {

constexpr std::uint8_t kFloorOfLastTry = 2;   // below it the last try is sent

bool last_try_is_locked() {
  const p11::FileConfig system = p11::config_from_files({});
  return std::ranges::find(system.locked, "allow-last-try") != system.locked.end() && !system.config.allow_last_try;
}

// What the administrator locked for the kiosk: it can become stricter, and what knows no strictness stays as it is.
Status allowed_by_system(std::string_view name, std::string_view value) {
  const settings::Row* row = settings::find_row("kiosk", name);
  if (row == nullptr) return {};
  const settings::File system = settings::read(settings::kSystemFile, settings::Kind::system);
  const settings::Entry* entry = system.good() ? system.find(row->table, row->name) : nullptr;
  const bool allowed = settings::Locks(system).allow(*row, value, entry != nullptr ? std::string_view(entry->value()) : row->strictest);
  return allowed ? Status{} : Status{fail(Errc::invalid_argument)};
}

constexpr std::string_view kVirtual = "virtual:";

std::unique_ptr<ReaderBackend> backend_of(std::string_view readers) {
  if (readers == "pcsc") return make_pcsc_backend({.pins_end = aid::kPinsEnd});
  if (readers == "usb") return std::make_unique<readers::UsbBackend>(std::make_shared<readers::UsbReaders>(readers::UsbOptions{}));
  if (readers.size() > kVirtual.size() && readers.starts_with(kVirtual)) {
    return std::make_unique<VirtualBackend>(readers.substr(kVirtual.size()));
  }
  return nullptr;
}

}  // namespace

Status set_option(myna_options& options, std::string_view name, std::string_view value) {
  if (name == "test-issuers") name = "test-anchors";   // as the service calls it
  MYNA_CHECK(allowed_by_system(name, value));
  if (name == "trust") {
    options.trust.emplace_back(value);
    return {};
  }
  const std::uint8_t floor = options.options.pin_floor;
  MYNA_CHECK(kiosk::set_by_name(options.options, name, value));
  if (options.options.pin_floor >= kFloorOfLastTry || name != "pin-floor" || !last_try_is_locked()) return {};
  options.options.pin_floor = floor;
  return fail(Errc::invalid_argument);
}

Result<std::vector<std::unique_ptr<ReaderBackend>>> backends_of(const myna_options& options) {
  std::vector<std::unique_ptr<ReaderBackend>> backends;
  for (const std::string& readers : options.readers) {
    auto backend = backend_of(readers);
    if (!backend) return fail(Errc::invalid_argument);
    backends.push_back(std::move(backend));
  }
  if (backends.empty()) return fail(Errc::invalid_argument);
  return backends;
}

Result<kiosk::Options> kiosk_options_of(const myna_options& given) {
  kiosk::Options options = given.options;
  std::vector<std::string> directories = given.trust;
  std::error_code error;
  if (directories.empty() && std::filesystem::is_directory(kSystemTrust, error)) directories.emplace_back(kSystemTrust);
  for (const std::string& directory : directories) {
    MYNA_TRY(auto anchors, read_trust_directory(directory));
    for (CvAnchor& anchor : anchors) options.anchors.push_back(std::move(anchor));
  }
  if (options.test_anchors) {
    for (CvAnchor& anchor : test_cv_anchors()) options.anchors.push_back(std::move(anchor));
  }
#ifdef MYNA_WITH_NUMBER
  options.read_number = kiosk::read_number;
#endif
  return options;
}

}  // namespace myna::capi

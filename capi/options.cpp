// SPDX-License-Identifier: Apache-2.0
// Options by name, and where readers come from.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>

#include "capi.hpp"
#include "myna/kiosk/kiosk_number.hpp"
#include "myna/pcsc/pcsc_backend.hpp"
#include "myna/settings/module_config.hpp"
#include "myna/trust/trust_directory.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "readers/usb/usb_backend.hpp"

namespace myna::capi {
namespace {

using std::chrono::milliseconds;

template <typename T>
Result<T> number(std::string_view text, T least, T most) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= least && value <= most)) return fail(Errc::invalid_argument);
  return value;
}

template <milliseconds kiosk::Policy::*Member>
Status set_time(myna_options& options, std::string_view value) {
  constexpr double kDay = 86'400;
  MYNA_TRY(const double seconds, number<double>(value, 0.001, kDay));
  options.options.policy.*Member = milliseconds(std::lround(seconds * 1000));
  return {};
}

template <bool kiosk::Options::*Member>
Status set_flag(myna_options& options, std::string_view value) {
  if (value != "yes" && value != "no") return fail(Errc::invalid_argument);
  options.options.*Member = value == "yes";
  return {};
}

bool last_try_is_locked() {
  const p11::FileConfig system = p11::config_from_files({});
  return std::ranges::find(system.locked, "allow-last-try") != system.locked.end() && !system.config.allow_last_try;
}

// What the administrator locked for the kiosk: it can become stricter, and what knows no strictness stays as it is.
Status allowed_by_system(std::string_view name, std::string_view value) {
  const settings::Row* row = settings::find_row("kiosk", name == "test-issuers" ? "test-anchors" : name);
  if (row == nullptr) return {};
  const settings::File system = settings::read(settings::kSystemFile, settings::Kind::system);
  const settings::Entry* entry = system.good() ? system.find(row->table, row->name) : nullptr;
  const bool allowed = settings::Locks(system).allow(*row, value, entry != nullptr ? std::string_view(entry->value()) : row->strictest);
  return allowed ? Status{} : Status{fail(Errc::invalid_argument)};
}

Status set_attempts(myna_options& options, std::string_view value) {
  MYNA_TRY(const int attempts, number<int>(value, 1, 3));
  options.options.policy.attempts = static_cast<std::uint8_t>(attempts);
  return {};
}

Status set_floor(myna_options& options, std::string_view value) {
  MYNA_TRY(const int floor, number<int>(value, 1, 5));
  if (floor < 2 && last_try_is_locked()) return fail(Errc::invalid_argument);
  options.options.pin_floor = static_cast<std::uint8_t>(floor);
  return {};
}

Status set_apdu(myna_options& options, std::string_view value) {
  constexpr std::array<std::string_view, 3> kModes{"auto", "short", "extended"};   // in the order of LengthMode
  const auto mode = std::ranges::find(kModes, value);
  if (mode == kModes.end()) return fail(Errc::invalid_argument);
  options.options.length_mode = static_cast<LengthMode>(mode - kModes.begin());
  return {};
}

Status add_trust(myna_options& options, std::string_view value) {
  options.trust.emplace_back(value);
  return {};
}

struct OptionRow {
  std::string_view name;
  Status (*set)(myna_options&, std::string_view);
};
constexpr OptionRow kOptions[] = {
    {"idle", set_time<&kiosk::Policy::idle>},
    {"placement", set_time<&kiosk::Policy::placement>},
    {"operation", set_time<&kiosk::Policy::operation>},
    {"retap", set_time<&kiosk::Policy::retap>},
    {"attempts", set_attempts},
    {"pin-floor", set_floor},
    {"test-issuers", set_flag<&kiosk::Options::test_anchors>},
    {"require-proof", set_flag<&kiosk::Options::require_proof>},
    {"apdu", set_apdu},
    {"trust", add_trust},
};

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
  const auto row = std::ranges::find(kOptions, name, &OptionRow::name);
  if (row == std::end(kOptions)) return fail(Errc::invalid_argument);
  MYNA_CHECK(allowed_by_system(name, value));
  return row->set(options, value);
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

// SPDX-License-Identifier: Apache-2.0
// What both files say to a module: the user's over the system's, as far as that one allows.
#include "myna/settings/module_config.hpp"

namespace myna::p11 {
namespace {

constexpr std::string_view kTable = "pkcs11";

void apply(const settings::File& file, FileConfig& to) {
  if (!file.good()) return;
  for (const settings::Entry& entry : file.entries) {
    if (entry.row->table == kTable && set_unless_locked(to.config, entry.name(), entry.value(), to.locked)) {
      to.from[entry.name()] = {file.path, entry.line};
    }
  }
}

SettingNames locked_by(const settings::File& system) {
  const settings::Locks locks(system);
  SettingNames names;
  for (const settings::Row& row : settings::rows()) {
    if (row.table == kTable && locks.holds(row)) names.emplace_back(row.name);
  }
  return names;
}

void make_strictest(Config& config) {
  for (const settings::Row& row : settings::rows()) {
    if (row.table == kTable && row.looser != settings::Looser::neither) set(config, row.name, row.strictest);
  }
}

}  // namespace

FileConfig config_from_files(const std::string& system_file, const std::string& user_file, Config defaults) {
  FileConfig all{.config = std::move(defaults), .system = settings::read(system_file, settings::Kind::system),
                 .user = settings::read(user_file, settings::Kind::user)};
  if (!all.system.good()) make_strictest(all.config);
  apply(all.system, all);
  all.locked = locked_by(all.system);
  apply(all.user, all);
  return all;
}

FileConfig config_from_files(Config defaults) {
  return config_from_files(settings::kSystemFile, settings::user_file(), std::move(defaults));
}

}  // namespace myna::p11

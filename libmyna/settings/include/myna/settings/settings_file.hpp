// SPDX-License-Identifier: Apache-2.0
// Settings in files: every table, name and form that exists, read in one way by the modules, the command line and the service. A file that
// is not understood in every line counts as broken: what it may have forbidden stays forbidden. docs/settings.md.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "myna/core/error.hpp"

namespace myna::settings {

inline constexpr const char* kSystemFile = "/etc/myna/myna.toml";
// In the home directory that the password database names: no environment variable leads elsewhere. Empty: there is none.
std::string user_file();

enum class Form : std::uint8_t { flag, number, choice, path, path_or_none, origin, users, readers, option, names };

// Which way a setting loosens safety: `up` from no to yes, or to the greater number.
enum class Looser : std::uint8_t { neither, up, down };

struct Row {
  std::string_view table;
  std::string_view name;
  Form form;
  std::int64_t least = 0, most = 0;   // number
  std::string_view words{};           // choice: separated by blanks; names: the table that they are of
  Looser looser = Looser::neither;
  std::string_view strictest{};       // where it loosens: what holds when the system's file is broken
};
std::span<const Row> rows();
const Row* find_row(std::string_view table, std::string_view name);
// Whether a value in the words of files and parameters ("yes", "60", "off") has the form of its row.
bool accepts(const Row& row, std::string_view value);
bool is_looser(const Row& row, std::string_view value, std::string_view than);

// A sentence for whoever wrote the file, in both languages.
struct Sentence {
  std::string en;
  std::string ja;
};

struct Problem {
  std::string file;
  std::uint32_t line = 0, column = 0;   // from 1; 0: the file as a whole
  std::string key;                      // as "pkcs11.pss"; empty: the file as a whole
  Sentence why;
  Sentence advice;
};
// FILE:LINE:COLUMN: KEY: WHY
Sentence one_line(const Problem& problem);

struct Entry {
  const Row* row;
  std::vector<std::string> values;      // of a list each, of everything else one; flags are yes or no
  std::uint32_t line = 0, column = 0;
  std::string_view name() const { return row->name; }
  const std::string& value() const { return values.front(); }
};

// Whose file it is decides who must own it and what may stand in it.
enum class Kind : std::uint8_t {
  system,   // root's; nobody else can write to it
  user,     // this user's or root's; [pkcs11] only
  service,  // this user's or root's; every table
  draft,    // anybody's; every table
};

struct File {
  std::string path;
  bool present = false;
  std::vector<Entry> entries{};         // as far as understood: worth nothing while there are problems
  std::vector<Problem> problems{};
  bool good() const { return problems.empty(); }
  const Entry* find(std::string_view table, std::string_view name) const;
  Problem problem_at(const Entry& entry, Sentence why, Sentence advice) const;
};

// Never waits (a pipe, a device), follows links to files that are as trusted as the kind demands.
File read(const std::string& path, Kind kind);
File parse(std::string_view text, const std::string& path, Kind kind);
// What a broken file of this kind means.
Sentence what_holds(Kind kind);
// Names in `users` that the system does not know. Not part of read(): a module asks no user database.
std::vector<Problem> unknown_users(const File& file);

// What the system's file keeps users from loosening: what [lock] names for a table. Without a list for it, all that loosens safety; when
// broken, everything.
class Locks {
 public:
  explicit Locks(const File& system) : system_(system) {}
  bool holds(const Row& row) const;
  // Whether a user may put this value there: locked settings may become stricter only. `in_force` is what holds otherwise.
  bool allow(const Row& row, std::string_view value, std::string_view in_force) const;

 private:
  const File& system_;
};

}  // namespace myna::settings

// SPDX-License-Identifier: Apache-2.0
// The dialect settings by name: one row each.
#include <algorithm>
#include <array>

#include "myna/card/dialect.hpp"

namespace myna {
namespace {

// A yes/no setting; the default comes first in `values`.
template <bool Dialect::*Member>
void set_flag(Dialect& dialect, std::string_view value) {
  dialect.*Member = value == "yes";
}
template <bool Dialect::*Member>
std::string_view get_flag(const Dialect& dialect) {
  return dialect.*Member ? "yes" : "no";
}
template <bool Dialect::*Member>
DialectSetting flag(std::string_view name, Text meaning) {
  std::vector<std::string_view> values{"yes", "no"};
  if (!(Dialect{}.*Member)) values = {"no", "yes"};
  return {name, std::move(values), meaning, set_flag<Member>, get_flag<Member>};
}

void set_blocked(Dialect& dialect, std::string_view value) {
  dialect.blocked = value == "6983" ? sw::kBlocked : sw::kReferenceLocked;
}
std::string_view get_blocked(const Dialect& dialect) { return dialect.blocked == sw::kBlocked ? "6983" : "6984"; }

void set_read_limit(Dialect& dialect, std::string_view value) { dialect.read_limit = value == "16" ? 16 : 0; }
std::string_view get_read_limit(const Dialect& dialect) { return dialect.read_limit == 0 ? "none" : "16"; }

constexpr std::array<std::string_view, 3> kExcess{"allowed", "6700", "6Cxx"};
void set_excess_le(Dialect& dialect, std::string_view value) {
  dialect.excess_le = static_cast<ExcessLe>(std::ranges::find(kExcess, value) - kExcess.begin());
}
std::string_view get_excess_le(const Dialect& dialect) { return kExcess.at(static_cast<std::size_t>(dialect.excess_le)); }

}  // namespace

const std::vector<DialectSetting>& dialect_settings() {
  static const std::vector<DialectSetting> settings{
      {"blocked-status",
       {"6984", "6983"},
       {"answer to a VERIFY with data on a blocked PIN", "ロック中のPINへのVERIFYの応答"},
       set_blocked,
       get_blocked},
      flag<&Dialect::empty_verify_tells_verified>(
          "empty-verify-tells-verified", {"empty VERIFY answers 9000 while the PIN is verified", "照合済みのとき空のVERIFYに9000を返す"}),
      flag<&Dialect::extended_length>("extended-length", {"extended APDUs are accepted", "拡張長APDUを受け付ける"}),
      flag<&Dialect::short_file_ids>("short-file-ids", {"short-EF forms are accepted", "短縮EF識別子を受け付ける"}),
      flag<&Dialect::short_read_sets_current>("short-read-sets-current",
                                              {"a short-EF READ sets the current EF", "短縮EFのREADがカレントEFを設定する"}),
      flag<&Dialect::issuer_domain>("issuer-domain", {"the issuer domain can be selected", "発行者ドメインを選択できる"}),
      flag<&Dialect::pss>("pss", {"signature P1 = 01 to 05 work (PSS)", "署名のP1=01～05（PSS）に対応する"}),
      flag<&Dialect::first_command_fails>("first-command-fails",
                                          {"the first command after power-up answers 6F00", "電源投入後の最初のコマンドに6F00を返す"}),
      flag<&Dialect::wrong_pin_drops_state>("wrong-pin-drops-state",
                                            {"a failed VERIFY ends an earlier success", "照合失敗で以前の照合状態が失われる"}),
      flag<&Dialect::reselect_keeps_pins>("reselect-keeps-pins",
                                          {"selecting the same application keeps verified PINs", "同じAPの再選択で照合状態が保たれる"}),
      flag<&Dialect::warm_reset_keeps_selection>("warm-reset-keeps-selection",
                                                 {"a warm reset keeps the selected application", "ウォームリセットで選択中のAPが保たれる"}),
      {"read-limit",
       {"none", "16"},
       {"most bytes that one READ BINARY gives", "READ BINARY 1回で返すバイト数の上限"},
       set_read_limit,
       get_read_limit},
      {"excess-le",
       {kExcess.begin(), kExcess.end()},
       {"answer to an Le beyond what is there", "残りより大きいLeへの応答"},
       set_excess_le,
       get_excess_le},
      flag<&Dialect::exact_record_le>("exact-record-le",
                                      {"READ RECORD answers 6Cxx to every other Le", "READ RECORDは長さの合わないLeに6Cxxを返す"}),
  };
  return settings;
}

}  // namespace myna

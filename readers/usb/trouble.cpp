// SPDX-License-Identifier: Apache-2.0
#include "trouble.hpp"

namespace myna::readers {
namespace {

constexpr Trouble kKernel{
    "held-by-kernel",
    {"The kernel's module port100 holds the reader", "カーネルモジュール port100 がリーダーを占有しています"},
    {"Install the driver's modprobe file, then run: modprobe -r port100", "ドライバーの modprobe 設定を入れ、modprobe -r port100 を実行してください"}};
constexpr Trouble kProgram{
    "held-by-program",
    {"Another program holds the reader", "他のプログラムがリーダーを占有しています"},
    {"End that program, or use the reader through pcscd", "そのプログラムを終了するか、pcscd 経由で使ってください"}};
constexpr Trouble kPermission{
    "no-permission",
    {"This user may not open the reader", "このユーザーにはリーダーを開く権限がありません"},
    {"Install the driver's udev rules and plug the reader in again", "ドライバーの udev ルールを入れ、リーダーを挿し直してください"}};
constexpr Trouble kNoDriver{
    "no-driver",
    {"pcscd has no driver for the reader", "pcscd にこのリーダーのドライバーがありません"},
    {"Install the driver and restart pcscd, or use --reader usb:", "ドライバーを入れて pcscd を再起動するか、--reader usb: を使ってください"}};
constexpr Trouble kNotListed{
    "not-taken-up",
    {"pcscd has a driver, but has not taken the reader up", "pcscd はドライバーを持っていますが、リーダーを認識していません"},
    {"Plug the reader in again, or restart pcscd", "リーダーを挿し直すか、pcscd を再起動してください"}};

}  // namespace

std::optional<Trouble> trouble_of(const UsbReader& reader, const UsbSurroundings& around) {
  if (around.listed) return std::nullopt;
  if (reader.driver == "usbfs") return kProgram;
  if (around.service) {
    if (!around.driver_installed) return kNoDriver;
    return reader.driver == "port100" ? kKernel : kNotListed;
  }
  if (!reader.may_open) return kPermission;
  return std::nullopt;   // port100 goes when this process asks
}

}  // namespace myna::readers

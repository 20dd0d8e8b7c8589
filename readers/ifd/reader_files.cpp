// SPDX-License-Identifier: Apache-2.0
// Writes the files that name our readers: Info.plist for pcscd, udev rules, modprobe file.
#include <cstdio>
#include <cstring>
#include <string>

#include "readers/core/devices.hpp"

using namespace myna::readers;

namespace {

template <typename Print>
void each_of_ours(Print print) {
  for (const Device& device : kDevices) {
    if (device.chip == Chip::port100) print(device);
  }
}

void key(const char* name, const char* value) { std::printf("    <key>%s</key>\n    <string>%s</string>\n", name, value); }

void list(const char* name, std::string (*value)(const Device&)) {
  std::printf("    <key>%s</key>\n    <array>\n", name);
  each_of_ours([value](const Device& device) { std::printf("        <string>%s</string>\n", value(device).c_str()); });
  std::printf("    </array>\n");
}

std::string hex(unsigned number) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%04X", number);
  return text;
}

// pcscd reads it line by line: one key or string a line (docs/card/readers.md, "How pcscd finds a driver").
int plist(const char* version) {
  std::puts("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist SYSTEM \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n"
            "<plist version=\"1.0\">\n<dict>");
  key("CFBundleDevelopmentRegion", "English");
  key("CFBundleExecutable", "libifd-myna.so");
  key("CFBundleInfoDictionaryVersion", "6.0");
  key("CFBundleName", "MYNADRIVER");
  key("CFBundlePackageType", "BNDL");
  key("CFBundleShortVersionString", version);
  key("CFBundleSignature", "????");
  key("CFBundleVersion", "0.0.1d1");
  key("ifdCapabilities", "0x00000000");
  key("ifdProtocolSupport", "0x00000001");
  key("ifdVersionNumber", "0x00000001");
  list("ifdVendorID", [](const Device& device) { return hex(device.vendor); });
  list("ifdProductID", [](const Device& device) { return hex(device.product); });
  list("ifdFriendlyName", [](const Device& device) { return std::string(device.name); });
  std::puts("</dict>\n</plist>");
  return 0;
}

// Sorted before 70-uaccess.rules: who sits at the machine may use the reader, as every CCID reader already. pcscd from 2.4.0 runs as user
// pcscd. Where that group is not, udev would complain of a literal name while it reads the file, so the name is resolved only after getent
// found it.
int rules() {
  std::puts("# SPDX-License-Identifier: Apache-2.0\n"
            "# Generated from devices.def. Readers whose class says nothing: who sits at the machine and pcscd may use them.\n"
            "ACTION==\"remove\", GOTO=\"myna_readers_end\"\nSUBSYSTEM!=\"usb\", GOTO=\"myna_readers_end\"\n"
            "ENV{DEVTYPE}!=\"usb_device\", GOTO=\"myna_readers_end\"");
  each_of_ours([](const Device& device) {
    std::printf(
        "# %s\nATTR{idVendor}==\"%04x\", ATTR{idProduct}==\"%04x\", ENV{ID_SMARTCARD_READER}=\"1\", MODE=\"0660\", "
        "ENV{.MYNA_GROUP}=\"pcscd\"\n",
        std::string(device.name).c_str(), device.vendor, device.product);
  });
  std::puts("# pcscd from 2.4.0 runs as user pcscd; before, there is no such group and it runs as root.\n"
            "ENV{.MYNA_GROUP}==\"?*\", PROGRAM==\"/usr/bin/getent group pcscd\", GROUP=\"$env{.MYNA_GROUP}\"\n"
            "LABEL=\"myna_readers_end\"");
  return 0;
}

int modprobe() {
  std::puts(
      "# SPDX-License-Identifier: Apache-2.0\n# Generated. The kernel's driver and pcscd cannot both have the reader (Sony "
      "RC-S380).\nblacklist port100");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  if (what == "plist" && argc > 2) return plist(argv[2]);
  if (what == "rules") return rules();
  if (what == "modprobe") return modprobe();
  std::fputs("usage: myna_reader_files plist VERSION | rules | modprobe\n", stderr);
  return 2;
}

// SPDX-License-Identifier: Apache-2.0
// Every command that talks to a card, for the sweeps over damage and over faults.
#pragma once

#include <string>
#include <vector>

#include "myna/card/card_profile.hpp"

namespace myna::test {

inline constexpr ByteView kJpki(aid::kJpki), kText(aid::kText), kSurface(aid::kSurface), kCommon(aid::kCommon);

struct Need {
  ByteView aid;
  FileId file;
};

// A command, and what of the card it cannot do without. What is not in the list must change nothing.
struct CommandRow {
  std::vector<std::string> words;   // OUT, RAW and so on stand for files
  std::vector<Need> needs;
  bool about_everything = false;    // a report of all that there is: it ends well whatever is missing, or by what it found
};

inline const std::vector<Need> kSignNeeds{{kJpki, 0x0001}, {kJpki, 0x0002}, {kJpki, 0x0008}, {kJpki, 0x001A}, {kJpki, 0x001B}};
inline const std::vector<Need> kAuthNeeds{{kJpki, 0x000A}, {kJpki, 0x000B}, {kJpki, 0x0017}, {kJpki, 0x0018}};

inline const std::vector<CommandRow>& commands() {
  static const std::vector<CommandRow> rows{
      {{"readers"}, {}},
      {{"status"}, {}},
      {{"pin", "status"}, {}},
      {{"pin", "verify", "auth"}, {{kJpki, 0x0018}}},
      {{"pin", "verify", "sign"}, {{kJpki, 0x001B}}},
      {{"pin", "verify", "text"}, {{kText, 0x0011}}},
      {{"cert", "show", "auth"}, {{kJpki, 0x000A}}},
      {{"cert", "show", "sign"}, {{kJpki, 0x0001}, {kJpki, 0x0008}, {kJpki, 0x001B}}},
      {{"cert", "show", "auth-ca"}, {{kJpki, 0x000B}}},
      {{"cert", "show", "sign-ca"}, {{kJpki, 0x0002}}},
      {{"cert", "export", "auth", "-o", "OUT"}, {{kJpki, 0x000A}}},
      {{"cert", "export", "sign", "-o", "OUT"}, {{kJpki, 0x0001}, {kJpki, 0x0008}, {kJpki, 0x001B}}},
      {{"cert", "export", "auth-ca", "-o", "OUT"}, {{kJpki, 0x000B}}},
      {{"cert", "export", "sign-ca", "-o", "OUT"}, {{kJpki, 0x0002}}},
      {{"sign", "RAW", "--format", "raw", "--key", "auth", "-o", "OUT"}, {{kJpki, 0x0017}, {kJpki, 0x0018}}},
      {{"sign", "RAW", "--format", "raw", "--check", "-o", "OUT"}, {{kJpki, 0x0001}, {kJpki, 0x0008}, {kJpki, 0x001A}, {kJpki, 0x001B}}},
      {{"sign", "RAW", "--format", "cms", "-o", "OUT"}, kSignNeeds},
      {{"sign", "PDF", "--format", "pdf", "-o", "OUT"}, kSignNeeds},
      {{"sign", "XML", "--format", "xml", "-o", "OUT"}, kSignNeeds},
      {{"sign", "RAW", "--format", "jws", "-o", "OUT"}, kSignNeeds},
      {{"sign", "RAW", "--format", "jws", "--key", "auth", "-o", "OUT"}, kAuthNeeds},
      {{"sign", "RAW", "--format", "asic", "-o", "OUT"}, kSignNeeds},
      {{"attributes"}, {{kText, 0x0002}, {kText, 0x0011}}},
      {{"attributes", "--verify"},
       {{kText, 0x0002}, {kText, 0x0003}, {kText, 0x0004}, {kText, 0x0007}, {kText, 0x0011}, {kText, 0x0013}},
       true},
      {{"number", "--purpose", "a test"}, {{kText, 0x0001}, {kText, 0x0011}}},
      {{"face", "-o", "OUT", "--verify"}, {}, true},
      {{"card", "show", "--verify"}, {}, true},
      {{"check-card"}, {}, true},
      {{"serial"}, {{kCommon, 0x0001}}},
      {{"link", "--service", "KEY"}, {{kJpki, 0x000A}}},
  };
  return rows;
}

inline std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + ' ';
  return text;
}

}  // namespace myna::test

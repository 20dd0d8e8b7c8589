// SPDX-License-Identifier: Apache-2.0
#include "myna/card/card_object.hpp"

#include <algorithm>

#include "myna/card/card_transaction.hpp"
#include "myna/core/enum_table.hpp"

namespace myna {
namespace {

// docs/card/aids.md and a page for each. The PINs and certificates are in the table of profiles.
struct ObjectRow {
  ByteView aid;
  FileId file;
  Text name;
};
constexpr std::array kObjectRows{
    ObjectRow{.aid = aid::kJpki, .file = 0, .name = {"JPKI application", "公的個人認証AP"}},
    ObjectRow{.aid = aid::kJpki, .file = 0x0006, .name = {"token information", "トークン情報"}},
    ObjectRow{.aid = aid::kJpki, .file = 0x0008, .name = {"list of certificates", "電子証明書の有無"}},
    ObjectRow{.aid = aid::kJpki, .file = 0x0017, .name = {"authentication key", "利用者証明用の秘密鍵"}},
    ObjectRow{.aid = aid::kJpki, .file = 0x001A, .name = {"signature key", "署名用の秘密鍵"}},
    ObjectRow{.aid = aid::kText, .file = 0, .name = {"application of the resident's data", "券面事項入力補助AP"}},
    ObjectRow{.aid = aid::kText, .file = 0x0001, .name = {"個人番号", "個人番号"}},
    ObjectRow{.aid = aid::kText, .file = 0x0002, .name = {"four attributes", "基本4情報"}},
    ObjectRow{.aid = aid::kText, .file = 0x0003, .name = {"signed record of the resident's data", "券面事項入力補助APの署名記録"}},
    ObjectRow{.aid = aid::kText, .file = 0x0004, .name = {"certificate of the resident's data", "券面事項入力補助APの証明書"}},
    ObjectRow{.aid = aid::kText, .file = 0x0007, .name = {"card key of the resident's data", "券面事項入力補助APのカード鍵"}},
    ObjectRow{.aid = aid::kSurface, .file = 0, .name = {"application of the card face", "券面事項確認AP"}},
    ObjectRow{.aid = aid::kSurface, .file = 0x0001, .name = {"birth date record of the card face", "券面事項確認APの生年月日の記録"}},
    ObjectRow{.aid = aid::kSurface, .file = 0x0002, .name = {"card face", "券面の記録"}},
    ObjectRow{.aid = aid::kSurface, .file = 0x0004, .name = {"certificate of the card face", "券面事項確認APの証明書"}},
    ObjectRow{.aid = aid::kSurface, .file = 0x0005, .name = {"picture of the 個人番号", "個人番号の画像"}},
    ObjectRow{.aid = aid::kJuki, .file = 0, .name = {"application of the resident register", "住基AP"}},
    ObjectRow{.aid = aid::kCommon, .file = 0, .name = {"application of the card's own data", "共通カードAP"}},
    ObjectRow{.aid = aid::kCommon, .file = 0x0001, .name = {"card record (serial number, expiry)", "カードの記録（製造番号・有効期限）"}},
    ObjectRow{.aid = aid::kIssuerDomain, .file = 0, .name = {"issuer's application", "発行者ドメイン"}},
};

}  // namespace

std::string_view to_string(ObjectState state) noexcept {
  constexpr auto kNames = names_for<ObjectState>({"present", "absent", "unreadable"});
  return kNames[state];
}

std::optional<ObjectState> object_state(const Error& error) noexcept {
  switch (error.code) {
    case Errc::file_absent:
    case Errc::certificate_absent:
    case Errc::card_foreign:
    case Errc::application_absent: return ObjectState::absent;
    case Errc::key_unsupported: return ObjectState::present;
    default: return card_answered(error) ? std::optional(ObjectState::unreadable) : std::nullopt;
  }
}

const Text* card_object(ByteView aid, FileId file) noexcept {
  const CardProfile& profile = my_number_profile();
  for (const PinRow& row : profile.pins) {
    if (row.file == file && equal(row.application, aid)) return &row.title;
  }
  for (const CertificateRow& row : profile.certificates) {
    if (row.file == file && equal(aid, aid::kJpki)) return &row.title;
  }
  const auto found = std::ranges::find_if(kObjectRows, [&](const ObjectRow& row) { return row.file == file && equal(row.aid, aid); });
  return found == kObjectRows.end() ? nullptr : &found->name;
}

Error about(Error error, const Text* object) noexcept {
  if (error.about == nullptr && object_state(error)) error.about = object;
  return error;
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
#include "myna/card/applications/common.hpp"

#include <algorithm>
#include <array>

#include "enter_application.hpp"
#include "myna/card/card_object.hpp"
#include "myna/card/elementary_file.hpp"
#include "myna/core/tlv.hpp"

namespace myna {
namespace {

constexpr FileId kRecordFile = 0x0001;
constexpr Tag kRecordTag = 0x01;
constexpr std::size_t kSerial = 15;
constexpr std::size_t kMunicipality = 5;
constexpr std::size_t kExpiry = 8;

// JIS X 0401, 01 to 47.
constexpr std::array<Text, 47> kPrefectures{
    Text{"Hokkaido", "北海道"}, Text{"Aomori", "青森県"}, Text{"Iwate", "岩手県"}, Text{"Miyagi", "宮城県"}, Text{"Akita", "秋田県"},
    Text{"Yamagata", "山形県"}, Text{"Fukushima", "福島県"}, Text{"Ibaraki", "茨城県"}, Text{"Tochigi", "栃木県"}, Text{"Gunma", "群馬県"},
    Text{"Saitama", "埼玉県"}, Text{"Chiba", "千葉県"}, Text{"Tokyo", "東京都"}, Text{"Kanagawa", "神奈川県"}, Text{"Niigata", "新潟県"},
    Text{"Toyama", "富山県"}, Text{"Ishikawa", "石川県"}, Text{"Fukui", "福井県"}, Text{"Yamanashi", "山梨県"}, Text{"Nagano", "長野県"},
    Text{"Gifu", "岐阜県"}, Text{"Shizuoka", "静岡県"}, Text{"Aichi", "愛知県"}, Text{"Mie", "三重県"}, Text{"Shiga", "滋賀県"},
    Text{"Kyoto", "京都府"}, Text{"Osaka", "大阪府"}, Text{"Hyogo", "兵庫県"}, Text{"Nara", "奈良県"}, Text{"Wakayama", "和歌山県"},
    Text{"Tottori", "鳥取県"}, Text{"Shimane", "島根県"}, Text{"Okayama", "岡山県"}, Text{"Hiroshima", "広島県"}, Text{"Yamaguchi", "山口県"},
    Text{"Tokushima", "徳島県"}, Text{"Kagawa", "香川県"}, Text{"Ehime", "愛媛県"}, Text{"Kochi", "高知県"}, Text{"Fukuoka", "福岡県"},
    Text{"Saga", "佐賀県"}, Text{"Nagasaki", "長崎県"}, Text{"Kumamoto", "熊本県"}, Text{"Oita", "大分県"}, Text{"Miyazaki", "宮崎県"},
    Text{"Kagoshima", "鹿児島県"}, Text{"Okinawa", "沖縄県"}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

Result<CardRecord> parse_card_record(ByteView record) {
  ByteReader reader(record);
  MYNA_TRY(const Tlv object, next_tlv(reader));
  const bool alone = std::ranges::all_of(reader.rest(), [](Byte b) { return b == 0xFF; });   // or with filler behind it
  if (object.tag != kRecordTag || !alone) return fail(Errc::malformed);
  const std::string text(as_text(object.value));
  if (text.size() != kSerial + kMunicipality + kExpiry || !std::ranges::all_of(text, is_digit)) return fail(Errc::malformed);
  return CardRecord{.serial = text.substr(0, kSerial), .municipality_code = text.substr(kSerial, kMunicipality),
                    .expiry = text.substr(kSerial + kMunicipality)};
}

Text prefecture_of(std::string_view code) noexcept {
  if (code.size() < 2 || !is_digit(code[0]) || !is_digit(code[1])) return {};
  const auto number = static_cast<std::size_t>(code[0] - '0') * 10 + static_cast<std::size_t>(code[1] - '0');
  return number >= 1 && number <= kPrefectures.size() ? kPrefectures[number - 1] : Text{};
}

Result<CommonApplication> CommonApplication::select(CardTransaction& transaction) {
  MYNA_CHECK(enter_application(transaction, aid::kCommon));
  return CommonApplication(transaction);
}

Result<CardRecord> CommonApplication::record() {
  MYNA_TRY(const SecretBytes record, ElementaryFile(*transaction_, kRecordFile).read_record(1));
  return about(parse_card_record(record.view()), card_object(aid::kCommon, kRecordFile));
}

Result<SecretBytes> read_issuer_object(CardTransaction& transaction, std::uint16_t tag) {
  MYNA_CHECK(transaction.select_application(aid::kIssuerDomain));
  const Header header{0x00, ins::kGetData, static_cast<Byte>(tag >> 8), static_cast<Byte>(tag & 0xFF)};
  MYNA_TRY(auto answer, transaction.transmit(CommandApdu::case2(header, Le::short_max())));
  if (answer.sw() == sw::kWrongLength && transaction.traits().length_mode != LengthMode::short_only) {
    MYNA_TRY(answer, transaction.transmit(CommandApdu::case2(header, Le::extended_max())));
  }
  const Errc refusal = answer.sw() == sw::kDataObjectNotFound ? Errc::file_absent : Errc::unexpected_status;
  if (!answer.ok()) return Unexpected(about(fail(refusal, answer.sw()).error(), card_object(aid::kIssuerDomain)));
  return SecretBytes(answer.data());
}

}  // namespace myna

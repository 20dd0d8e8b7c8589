// SPDX-License-Identifier: Apache-2.0
#include "card_key.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "ber.hpp"

namespace myna {
namespace {

// The private key of this project's test issuer, public on purpose: anybody may make a virtual card. No card reader's card is
// ever accepted by it unless the caller names the test anchors (cv_anchors.hpp).
constexpr auto kTestIssuerKey = hex(
    "308204A30201000282010100AC0BF64F29959CD638EF838DDA6B3EF33B2AC727E7547AC2C1620FD3F2160CAB82051EBA2E0E83D035FE3264"
    "F97DE7E2841217A887E0A607046F7D9AE663DA3BC6144052C0034CB884870313754668CE9327BD478ED20424628D1F937C1620F59D741917"
    "C2ED9FA6D134ED2B995B3F8A1322692DE3238E7B557801723B48EF505BE398E5279FD792257E869BCE58340AFAFB1BF2365A6AB1CA734F29"
    "47D61E1A7522CF4C50F1C515358D6EFF9954BC567ADA5474877CCE8E52F2E7F3471BCD4B5088B5D8924D590F90938F05045A23545586CEB7"
    "5DE449692CEB1235C40CCD09F105FBF775E88C131ABAA1593266745AF0C9C7683AE7AD00926B89A30BE1E2BF020301000102820100446380"
    "E658CE5B08A09B3CBCEF7CC00A2993C894A914E0B377F185FF26F4F2D65E19B0EC2B10A3FEE8E7819AB7BDFFA5FFFFBD1DC5DD5BC1E0567D"
    "244CBE966A3A43A48A003F8F88AD4D89C07B56A0A4B4C4102E58AC4CEF35A9894AB4018BDA765B46FA360704F667A4D53E0678CA1A159F11"
    "16277AE3D14CD926220544E9B36D894BECACB2D8C3C0B5E6CEDD5DA13AD40539B4F35931198870CD0ADFF18A920403680E53FEEB76918B99"
    "4CF76C31C55D41FA34F6E61197B554C3E92CB35738E4E8D61B6A45A1D02AAD99D1A1707454F46F2E65998145BB8F473D89FDA3CD15530A4C"
    "0EF1F3B177204853EE974DFA0F844975D655EE6C328D96A4CE2DFFBA6902818100E084C8C256A8C73A05DD22C90CF83C1F1F38889ACDECC4"
    "92F73305AC8C4F922C53226A47FA35C80F0909A69D63C181E5D5B7A0A93987DE3F77EBC3002A86B17F142B56E6BE759DEA0255DA7D69E43B"
    "8CC7D7CDB9EB6F22FA9B28FE786FC350B04CEEE3BBC1CB82C5D3E1D6F4945EA0DC237E28303AD444EF24789DA16069E79B02818100C42BAB"
    "5FBA1A4760F1842B664DE271A1EDAA02D35D1631F323B0CF551EDA0050746F60F0FFBE8EFA5A2126E216D34221048086586D62009CEE4DB7"
    "F5D8EB599B46E95FCE93245EBA158526CB5B6E1D6BA0140418F418553AA9E79B9584D070E40AA0A9001A7BCAF6409CB4FB2726350FC13A6C"
    "7705B803E9AC0B03770B408DAD02818028B3C9D579726593BE4665ACFF1DED8052DFA3DC34A2CCCC3BE6530C01EFD6F71427340F526BF795"
    "CA34A6B0F7C9B7EBDBBFCB6F824F805A0F3A7D8285331FF082CE8C958E47B2561F104368E30E8E412A659415357A53640D46F4430F37E063"
    "E5BE95288FAC7E4BB0EACB5651A38A13FE973B5FEAFA5A78E42ABDA0E8E2AA2B0281803262C90CB85F41902BD877D13A15FC7BCBF08BF340"
    "089061D3FBF8F4F30CA96200D60EBF37E0F9166289FB53BCEB1C2420E4E61CD65382B6CC1A98328439C6F5341C83282AF0FF87AA395E0283"
    "845FF821D0A250CA796982BCDB2942192FF49F0DFFC008AFC4B617D3F6AC218A27AD1F53D12EC4CF6A394F0E8A71A464F67AAD02818100CE"
    "D2F21700C158D556E593D379CA3082545C01FC3866890361192DE46095F15074C667304104EEA2ACC4890F4AE9FB9D717BDDF6019CBC284A"
    "3A708A2DF9B6D24403F88D714E6845DA9955F3DC3AC4CA93E79D66CA0AD2CE4BE29894C078CF5AA74C2CE58AC9E553C36DCBA69482BE3212"
    "59AE739ECA2F5ADEF023B4C5B5B128");

constexpr auto kSha256DigestsInfo = hex("3071300D060960864801650304020105000460");   // docs/card/records.md

struct ChainRow {
  std::string_view issuer;    // production 50000xx, official test cards 60000xx (docs/card/records.md); ours is neither
  std::string_view subject;
};
constexpr std::array kChains{ChainRow{.issuer = "9000020", .subject = "9100020"}, ChainRow{.issuer = "9000023", .subject = "9100023"},
                             ChainRow{.issuer = "9000033", .subject = "9100033"}};

std::uint32_t random_number() {
  std::array<Byte, 4> bytes{};
  fill_random(bytes);
  std::uint32_t number = 0;
  for (const Byte b : bytes) number = number << 8 | b;
  return number;
}

Result<Bytes> modulus_of(const KeyPair& pair) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(pair.key.get(), OSSL_PKEY_PARAM_RSA_N, &number) != 1) return fail(Errc::crypto_failed);
  Bytes modulus(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, modulus.data());
  BN_free(number);
  return modulus;
}

Result<Bytes> sign_info(ByteView pkcs8, ByteView info) {
  MYNA_TRY(const auto signer, load_private_key(pkcs8));
  return signer->sign_pkcs1_payload(info);
}

Result<Bytes> sign_sha256(ByteView pkcs8, ByteView data) {
  MYNA_TRY(const Bytes info, digest_info(Digest::sha256, hash(Digest::sha256, data)));
  return sign_info(pkcs8, info);
}

}  // namespace

Result<CardKey> make_card_key() {
  MYNA_TRY(KeyPair pair, generate_rsa_2048());
  MYNA_TRY(const Bytes modulus, modulus_of(pair));
  const std::array parts{object(0x90, hex("010001")), object(0x91, modulus)};
  return CardKey{.pair = std::move(pair), .object = concatenated(parts)};
}

Result<Bytes> sign_record(const CardKey& key, ByteView data) { return sign_sha256(key.pair.pkcs8, data); }

Result<Bytes> sign_digests(const CardKey& key, ByteView digests) {
  Bytes info(kSha256DigestsInfo.begin(), kSha256DigestsInfo.end());
  append(info, digests);
  return sign_info(key.pair.pkcs8, info);
}

Result<Bytes> certify(CvChain chain, const CardKey& key) {
  const ChainRow& row = kChains.at(static_cast<std::size_t>(chain));
  const std::array body_parts{key_id(row.issuer, "001", 0), key_id(row.subject, "001", random_number()), key.object};
  const Bytes body = concatenated(body_parts);
  MYNA_TRY(const Bytes signature, sign_sha256(kTestIssuerKey, body));
  const std::array parts{object(0x5F4E, body), object(0x5F37, signature)};
  return object(0x7F21, concatenated(parts));
}

Bytes key_id(std::string_view seven_digits, std::string_view three_digits, std::uint32_t number) {
  Bytes id(as_bytes(seven_digits).begin(), as_bytes(seven_digits).end());
  append(id, hex("0805"));
  append(id, as_bytes(three_digits));
  append_u16(id, number >> 16);
  append_u16(id, number & 0xFFFF);
  return id;
}

}  // namespace myna

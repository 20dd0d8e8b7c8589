// SPDX-License-Identifier: Apache-2.0
// Digests by published vectors, DigestInfo by length, signatures forth and back.
#include <catch2/catch.hpp>

#include "myna/crypto/crypto.hpp"
#include "tests/support/virtual_card_fixture.hpp"

using namespace myna;
using namespace myna::test;

TEST_CASE("digests of \"abc\" (FIPS 180-4 examples)") {
  struct Row { Digest digest; std::string_view value; };
  const auto row = GENERATE(
      Row{Digest::sha1, "A9993E364706816ABA3E25717850C26C9CD0D89D"},
      Row{Digest::sha224, "23097D223405D8228642A477BDA255B32AADBCE4BDA0B3F7E36C9DA7"},
      Row{Digest::sha256, "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"},
      Row{Digest::sha384, "CB00753F45A35E8BB5A03D699AC65007272C32AB0EDED1631A8B605A43FF5BED8086072BA1E7CC2358BAECA134C825A7"},
      Row{Digest::sha512, "DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A2192992A274FC1A836BA3C23A3FEEBBD"
                          "454D4423643CE80E2A9AC94FA54CA49F"});
  CHECK(to_hex(hash(row.digest, as_bytes("abc"))) == row.value);
  const auto hasher = make_hasher(row.digest);
  hasher->update(as_bytes("a"));
  hasher->update(as_bytes("bc"));
  CHECK(to_hex(hasher->finish()) == row.value);
  CHECK(digest_by_name(digest_name(row.digest)) == row.digest);
}

TEST_CASE("DigestInfo has the length of its standard, and the hash must fit") {
  CHECK(must(digest_info(Digest::sha1, Bytes(20))).size() == 35);
  CHECK(must(digest_info(Digest::sha256, Bytes(32))).size() == 51);
  CHECK(must(digest_info(Digest::sha384, Bytes(48))).size() == 67);
  CHECK(must(digest_info(Digest::sha512, Bytes(64))).size() == 83);
  CHECK(digest_info(Digest::sha256, Bytes(31)).error().code == Errc::invalid_argument);
  CHECK_FALSE(digest_by_name("md5"));
}

TEST_CASE("a signature fits its payload, its key and nothing else") {
  const auto& keys = jpki_of(card_image()).keys;
  const auto sign_key = must(load_private_key(keys[0].pkcs8));
  const auto sign_public = must(certificate_public_key(file_of(card_image(), 0x0001)));
  const auto auth_public = must(certificate_public_key(file_of(card_image(), 0x000A)));
  CHECK(sign_public->type() == "RSA");
  CHECK(sign_public->bits() == 2048);
  for (const std::size_t size : {1u, 51u, 245u}) {
    const Bytes payload(size, 0x42);
    Bytes signature = must(sign_key->sign_pkcs1_payload(payload));
    CHECK(sign_public->verify_pkcs1(payload, signature));
    CHECK_FALSE(auth_public->verify_pkcs1(payload, signature));
    CHECK_FALSE(sign_public->verify_pkcs1(Bytes(size, 0x43), signature));
    CHECK_FALSE(sign_public->verify_pkcs1(Bytes(size + 1, 0x42), signature));
    CHECK_FALSE(sign_public->verify_pkcs1(payload, ByteView(signature).first(255)));
    signature[100] ^= 1;
    CHECK_FALSE(sign_public->verify_pkcs1(payload, signature));
  }
  CHECK_FALSE(sign_key->sign_pkcs1_payload(Bytes(246, 1)));
  const Bytes digest = hash(Digest::sha256, as_bytes("x"));
  const Bytes pss = must(sign_key->sign_pss_sha256(digest));
  CHECK(sign_public->verify_pss_sha256(digest, pss));
  CHECK_FALSE(sign_public->verify_pkcs1(must(digest_info(Digest::sha256, digest)), pss));
}

TEST_CASE("a key file that is none is malformed") {
  CHECK(load_private_key({}).error().code == Errc::malformed);
  CHECK(load_private_key(Bytes(100, 0x30)).error().code == Errc::malformed);
  Bytes longer = jpki_of(card_image()).keys[0].pkcs8;
  longer.push_back(0);
  CHECK(load_private_key(longer).error().code == Errc::malformed);
}

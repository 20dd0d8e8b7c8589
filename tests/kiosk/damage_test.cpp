// SPDX-License-Identifier: Apache-2.0
// A card of which something is missing or damaged is served with what is there.
#include "tests/support/damaged_card.hpp"
#include "visit.hpp"

using namespace myna;
using namespace myna::test;
using namespace myna::kiosk;

namespace {

const CardImage& whole() {
  static const CardImage image = person("番号　花子");
  return image;
}

bool is_jpki_itself(const DamageCase& damaged) { return !damaged.place.file && equal(damaged.place.aid, aid::kJpki); }

bool is(const DamageCase& damaged, ByteView aid, FileId file) {
  return equal(damaged.place.aid, aid) && (!damaged.place.file || *damaged.place.file == file);
}

// What could not be read is named.
bool names_its_object(const Status& status) { return status || (object_state(status.error()) && status.error().about != nullptr); }

std::optional<int> counted(const SessionPtr& session, PinKind kind) {
  return read(session, [kind](const Held& held) -> std::optional<int> {
    const auto found = std::ranges::find(held.counters, kind, [](const PinCount& one) { return one.row->kind; });
    if (found == held.counters.end() || !found->status) return std::nullopt;
    return *found->status->remaining();
  });
}

}  // namespace

TEST_CASE("visit: every damage, and identity, tries, renewal and certificate as far as they are there") {
  for (const DamageCase& damaged : damages_of(whole())) {
    if (is_jpki_itself(damaged)) continue;   // a foreign card
    INFO(damaged.name);
    Visit visit;
    const auto card = make_card(damaged.done_to(whole()));
    const int before = tries_of(card->card.image());
    const SessionPtr session = visit.place(card);
    REQUIRE(session);
    REQUIRE(visit.kiosk.run(session, Identify{}));
    CHECK(read(session, [](const Held& held) { return held.identity->pseudonym.size(); }) == 64);
    CHECK((read(session, [](const Held& held) { return held.identity->record.has_value(); }) || equal(damaged.place.aid, aid::kCommon)));
    REQUIRE(visit.kiosk.run(session, CountTries{}));
    CHECK(counted(session, PinKind::auth).has_value() != is(damaged, aid::kJpki, 0x0018));
    CHECK(counted(session, PinKind::sign).has_value() != is(damaged, aid::kJpki, 0x001B));
    CHECK(counted(session, PinKind::text).has_value() != is(damaged, aid::kText, 0x0011));
    const Status renewal = visit.kiosk.run(session, RemindRenewal{now()});
    CHECK(names_its_object(renewal));
    CHECK((renewal || is(damaged, aid::kJpki, 0x000A)));
    CHECK(names_its_object(visit.kiosk.run(session, ReadCertificate{.kind = CertificateKind::auth})));
    CHECK(names_its_object(visit.kiosk.run(session, ReadCertificate{.kind = CertificateKind::auth_ca})));
    CHECK(tries_of(card->card.image()) == before);
  }
}

TEST_CASE("visit: a card that tells nothing of itself is a new one each time") {
  CardImage image = whole();
  for (const FileId file : {FileId{0x0006}, FileId{0x000A}}) {
    REQUIRE(damage(image, {Bytes(aid::kJpki.begin(), aid::kJpki.end()), file}, Damage::absent));
  }
  Visit visit;
  const auto card = make_card(std::move(image));
  std::vector<std::string> pseudonyms;
  for (int i = 0; i < 2; ++i) {
    const SessionPtr session = visit.place(card);
    REQUIRE(visit.kiosk.run(session, Identify{}));
    pseudonyms.push_back(read(session, [](const Held& held) { return held.identity->pseudonym; }));
    visit.take();
  }
  CHECK(pseudonyms[0] != pseudonyms[1]);
}

TEST_CASE("visit: a key that is not supported yet signs nothing and is named") {
  Visit visit;
  const SessionPtr session = visit.place(make_card(with_elliptic_certificate(whole(), 0x000A)));
  const Status done = visit.kiosk.run(session, SignDigest{auth_pin(), Digest::sha256, hash(Digest::sha256, {})});
  CHECK((!done && done.error().code == Errc::key_unsupported && done.error().about != nullptr));
  CHECK(visit.kiosk.run(session, ReadCertificate{.kind = CertificateKind::auth}));
}

// SPDX-License-Identifier: Apache-2.0
// A card that answers anything: every operation ends, with a bounded number of commands and of VERIFYs.
#include <cstdlib>

#include "myna/card/my_number_card.hpp"
#include "myna/crypto/crypto.hpp"
#include "myna/ports/observed_channel.hpp"

using namespace myna;

namespace {

// Each answer is one length byte and so many bytes of the input; behind its end the card is gone.
class AnyChannel final : public CardChannel {
 public:
  explicit AnyChannel(ByteView answers) : reader_(answers) {}
  Status lock() override { return {}; }
  void unlock(EndAction) noexcept override {}
  std::uint32_t resets() const noexcept override { return 0; }

  Result<ResponseApdu> exchange(ByteView) override {
    const auto length = reader_.u8();
    if (!length) return fail(Errc::card_removed);
    const auto answer = reader_.take(std::min<std::size_t>(*length, reader_.remaining()));
    return answer ? ResponseApdu::parse(*answer) : Result<ResponseApdu>(fail(Errc::card_removed));
  }

 private:
  ByteReader reader_;
};

void use(JpkiApplication& jpki, RefusedPins& refused) {
  (void)recognise(jpki);
  (void)jpki.availability();
  (void)jpki.identity();
  (void)jpki.certificate(CertificateKind::auth);
  (void)jpki.verify(*Pin::parse(PinKind::sign, "ABC123"), {}, refused);
  (void)jpki.certificate(CertificateKind::sign);
  const Bytes digest(32);
  (void)jpki.sign(KeyKind::sign, *digest_info(Digest::sha256, digest));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ApduStatistics statistics;
  {
    MyNumberCard card(std::make_unique<ObservedChannel>(std::make_unique<AnyChannel>(ByteView(data, size)), statistics));
    auto transaction = card.begin();
    if (!transaction) return 0;
    auto jpki = JpkiApplication::select(*transaction);
    if (jpki) use(*jpki, card.refused_pins());
  }
  if (statistics.verifies > 2) std::abort();   // a refused short-EF form and the plain one
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
#include "card_under_test.hpp"

#include <cstdlib>
#include <stdexcept>

#include "myna/pcsc/pcsc_backend.hpp"
#include "myna/virtual/virtual_backend.hpp"
#include "myna/virtual/vpcd_link.hpp"

namespace myna::test {
namespace {

const char* vpcd_port() { return std::getenv("MYNA_VPCD_PORT"); }

// Every setting at its last value, which is never the default.
Dialect all_deviations() {
  Dialect dialect;
  for (const DialectSetting& setting : dialect_settings()) setting.set(dialect, setting.values.back());
  return dialect;
}

std::vector<Dialect> make_dialects() {
  std::vector<Dialect> all{Dialect{}};
  for (const DialectSetting& setting : dialect_settings()) {
    for (std::size_t i = 1; i < setting.values.size() && vpcd_port() == nullptr; ++i) {
      all.emplace_back();
      setting.set(all.back(), setting.values[i]);
    }
  }
  all.push_back(all_deviations());
  return all;
}

CardImage with_dialect(CardImage image, const Dialect& dialect) {
  image.dialect = dialect;
  return image;
}

// Waits until pcscd has seen the card; bounded by the number of events, each of which takes at most ten seconds.
std::unique_ptr<CardChannel> connect_through_pcscd() {
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  for (int attempt = 0; attempt < 6; ++attempt) {
    for (const ReaderInfo& reader : must(backend->readers())) {
      if (reader.state == ReaderState::card_present) return must(backend->open(reader));
    }
    must(backend->wait({}, std::chrono::seconds(10)));
  }
  throw std::runtime_error("pcscd does not see the card");
}

void wait_until_reader_is_empty() {
  const auto backend = make_pcsc_backend({.pins_end = aid::kPinsEnd});
  for (int attempt = 0; attempt < 6; ++attempt) {
    const auto readers = backend->readers();
    if (!readers) return;
    bool any = false;
    for (const ReaderInfo& reader : *readers) any = any || reader.state != ReaderState::empty;
    if (!any || !backend->wait({}, std::chrono::seconds(10))) return;
  }
}

}  // namespace

const std::vector<Dialect>& dialects() {
  static const std::vector<Dialect> all = make_dialects();
  return all;
}

CardUnderTest::CardUnderTest(const Dialect& dialect, CardImage image)
    : virtual_card_(must(VirtualCard::create(with_dialect(std::move(image), dialect)))) {
  if (const char* port = vpcd_port()) {
    const auto number = static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10));
    server_ = std::jthread([this, number](std::stop_token stop) { (void)serve_vpcd(virtual_card_, number, stop); });
  }
  new_program();
}

CardUnderTest::~CardUnderTest() {
  card_.reset();
  if (!server_.joinable()) return;
  server_.request_stop();
  server_.join();
  wait_until_reader_is_empty();
}

std::unique_ptr<CardChannel> CardUnderTest::connect() {
  return server_.joinable() ? connect_through_pcscd() : make_virtual_channel(virtual_card_);
}

void CardUnderTest::new_program(LengthMode mode) { card_ = std::make_unique<MyNumberCard>(connect(), mode); }

}  // namespace myna::test

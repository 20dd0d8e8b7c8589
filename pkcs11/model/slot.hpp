// SPDX-License-Identifier: Apache-2.0
// One token of one reader, under an id that stays for the life of the module.
#pragma once

#include <memory>

#include "pkcs11/cryptoki.hpp"
#include "token_reader.hpp"

namespace myna::p11 {

class Slot {
 public:
  Slot(CK_SLOT_ID id, std::shared_ptr<TokenReader> reader, KeyKind kind, const Config& config)
      : id_(id), reader_(std::move(reader)), kind_(kind), config_(config) {}

  CK_SLOT_ID id() const noexcept { return id_; }
  KeyKind kind() const noexcept { return kind_; }
  TokenReader& reader() const noexcept { return *reader_; }
  const Config& config() const noexcept { return config_; }
  std::string_view label() const noexcept { return kind_ == KeyKind::auth ? "JPKI Authentication" : "JPKI Signature"; }
  const PinRow& pin() const { return pin_row(my_number_profile(), kind_ == KeyKind::auth ? PinKind::auth : PinKind::sign); }

  const KeyForm& key() const { return reader_->key_form(kind_); }

  Result<TokenState> state() { return reader_->state(kind_); }
  bool pss() const { return reader_->does_pss(); }
  bool logged_in() { return reader_->logged_in(kind_); }

  // A card lies in the reader, and it does not lack this token.
  bool token_present() {
    if (!reader_->card_present()) return false;
    const auto has = reader_->has_token(kind_);
    if (has) return *has;
    return has.error().code != Errc::no_card && has.error().code != Errc::card_removed;
  }

 private:
  CK_SLOT_ID id_;
  std::shared_ptr<TokenReader> reader_;
  KeyKind kind_;
  Config config_;
};

}  // namespace myna::p11

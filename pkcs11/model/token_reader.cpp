// SPDX-License-Identifier: Apache-2.0
#include "token_reader.hpp"

#include <algorithm>

#include "myna/card/applications/text.hpp"
#include "myna/card/card_object.hpp"
#include "myna/use_cases/pins.hpp"
#include "myna/use_cases/sign_digests.hpp"
#include "myna/use_cases/spend_pin.hpp"

namespace myna::p11 {
namespace {

using Clock = std::chrono::steady_clock;

bool is_gone(const Error& error) {
  return error.code == Errc::card_removed || error.code == Errc::card_changed || error.code == Errc::no_card ||
         error.code == Errc::reader_unknown;
}

bool may_be_logged_out(const Error& error) {
  return error.code == Errc::counter_touched || error.code == Errc::pin_wrong || error.code == Errc::pin_blocked ||
         error.code == Errc::last_try_refused || error.code == Errc::pin_refused_before;
}

// Two cards that do not tell who they are are not the same.
bool same_card(const TokenInformation& a, const TokenInformation& b) {
  return !a.label.empty() && a.label == b.label && a.serial == b.serial && a.model == b.model;
}

CertificateKind certificate_of(KeyKind kind) { return kind == KeyKind::auth ? CertificateKind::auth : CertificateKind::sign; }
CertificateKind ca_of(KeyKind kind) { return kind == KeyKind::auth ? CertificateKind::auth_ca : CertificateKind::sign_ca; }

Status fits(const TokenCertificate& certificate, const DataToSign& input, ByteView signature) {
  return input.pss ? certificate.key->verify_pss_sha256(input.data, signature) : certificate.key->verify_pkcs1(input.data, signature);
}

}  // namespace

TokenReader::TokenReader(SharedHub& hub, std::string name, const Config& config) : hub_(hub), name_(std::move(name)), config_(config) {}

void TokenReader::seen(bool card_present) {
  if (present_.exchange(card_present) == card_present || card_present) return;
  const MutexLock lock(mutex_);
  refused_->forget_all();
  forget_card();
}

void TokenReader::forget_card() {
  card_.reset();
  must_identify_ = foreign_ = false;
  profile_ = &my_number_profile();
  information_.reset();
  held_ = {};
  pss_.reset();
  tokens_.clear();
  ++generation_;
}

Status TokenReader::connect() {
  if (card_) return {};
  const MutexLock lock(hub_.mutex);
  const ReaderInfo reader{.name = name_, .state = ReaderState::card_present, .atr = {}};
  MYNA_TRY(auto channel, hub_.readers.open(reader));
  card_ =
      std::make_unique<MyNumberCard>(std::move(channel), config_.extended_apdus ? LengthMode::extended : LengthMode::automatic, refused_);
  return {};
}

// A reset by another program: the card is asked who it is before anything of ours goes to it. A card that has gone is forgotten, and
// whatever is there now is a new one.
Result<CardTransaction> TokenReader::begin() {
  MYNA_CHECK(connect());
  auto first = card_->begin();
  if (first || !is_gone(first.error())) return first;
  if (first.error().code == Errc::card_changed) {
    must_identify_ = information_.has_value();
    foreign_ = false;
    auto second = card_->begin();
    if (second || !is_gone(second.error())) return second;
  }
  forget_card();
  MYNA_CHECK(connect());
  return card_->begin();
}

// Once for each card: what it is and, where the signature token is offered, which certificates it holds: most people who lack one lack
// that. After a reset: whether it is still the same.
Status TokenReader::know(JpkiApplication& jpki) {
  if (information_ && !must_identify_) return {};
  MYNA_TRY(const Recognised card, recognise(jpki));
  if (must_identify_ && !same_card(*information_, card.token)) return fail(Errc::card_changed);
  if (refused_->empty()) refused_->forget_all();   // it does not matter whose they were
  else MYNA_CHECK(identify(jpki, card.token));
  must_identify_ = false;
  if (information_) return {};
  held_ = {};
  if (config_.sign_token) {
    MYNA_TRY(held_, jpki.availability());
  }
  if (config_.sign_token && held_.sign == Known::unknown) {
    MYNA_TRY(const ObjectState asked, jpki.certificate_state(CertificateKind::sign));
    held_.sign = asked == ObjectState::absent ? Known::no : Known::yes;
  }
  profile_ = card.profile;
  information_ = card.token;
  return {};
}

// A command more, where a PIN was refused and nowhere else.
Status TokenReader::identify(JpkiApplication& jpki, const TokenInformation& token) {
  MYNA_TRY(const Bytes identity, identity_of(jpki, token));
  refused_->card_is(identity);
  return {};
}

template <typename Work>
std::invoke_result_t<Work, JpkiApplication&> TokenReader::in_transaction(std::optional<std::uint32_t> generation, Work work) {
  MYNA_TRY(auto transaction, begin());
  if (generation && *generation != generation_) return fail(Errc::card_removed);
  if (foreign_) return fail(Errc::card_foreign);
  auto jpki = JpkiApplication::select(transaction, *profile_);
  foreign_ = !jpki && jpki.error().code == Errc::card_foreign;
  if (!jpki) return Unexpected(jpki.error());
  MYNA_CHECK(know(*jpki));
  jpki->use_profile(*profile_);
  return work(*jpki);
}

// The card is forgotten after its transaction has ended.
template <typename Work>
auto TokenReader::in_jpki(std::optional<std::uint32_t> generation, Work work) {
  auto result = in_transaction(generation, work);
  if (!result && is_gone(result.error())) forget_card();
  return result;
}

Status TokenReader::require(KeyKind kind) const {
  const Known held = kind == KeyKind::auth ? held_.auth : held_.sign;
  return held == Known::no ? Status{fail(Errc::certificate_absent)} : Status{};
}

Result<TokenState> TokenReader::state(KeyKind kind) {
  const MutexLock lock(mutex_);
  return in_jpki({}, [&](JpkiApplication& jpki) MYNA_REQUIRES(mutex_) -> Result<TokenState> {
    MYNA_CHECK(require(kind));
    const auto pin = jpki.pin_status(key_row(*profile_, kind).pin);
    if (!pin && !object_state(pin.error())) return Unexpected(pin.error());
    return TokenState{*information_, pin ? std::optional(*pin) : std::nullopt};
  });
}

Result<bool> TokenReader::has_token(KeyKind kind) {
  if (!mutex_.try_lock()) return true;   // in use by another thread, so it is there: a list of slots does not wait for a signature
  const MutexLock lock(mutex_, std::adopt_lock);
  {
    MYNA_TRY(const auto transaction, begin());
    if (foreign_) return true;
    if (information_ && !must_identify_) return require(kind).has_value();
  }
  return in_jpki({}, [&](JpkiApplication&) MYNA_REQUIRES(mutex_) -> Result<bool> { return require(kind).has_value(); });
}

CardPolicy TokenReader::policy_for(PinSource source) const {
  return {.tries = {.source = source, .allow_last_try = config_.allow_last_try}, .profile = profile_.load()};
}

Result<Pin> TokenReader::pin_for(KeyKind kind, ByteView typed) const {
  const CardProfile& card = *profile_;
  return Pin::parse(pin_row(card, key_row(card, kind).pin), as_text(typed));
}

// What was refused is held against this card, whoever resets it in between.
void TokenReader::note_refusal(JpkiApplication& jpki, const Status& answer) {
  if (!answer && answer.error().code == Errc::pin_wrong) (void)identify(jpki, *information_);
}

Status TokenReader::verify(JpkiApplication& jpki, KeyKind kind, ByteView typed) {
  MYNA_TRY(Pin pin, pin_for(kind, typed));
  const Status verified = spend_pin(*card_, jpki, std::move(pin), policy_for(PinSource::typed));
  note_refusal(jpki, verified);
  return verified;
}

// The certificates are known from the login.
Result<Bytes> TokenReader::verify_and_sign(JpkiApplication& jpki, KeyKind kind, const DataToSign& input) {
  MYNA_TRY(Pin pin, pin_for(kind, token(kind).pin->view()));
  SignRequest request{.pin = std::move(pin), .signer = false, .issuer = false, .pss = input.pss};
  SignerCertificates none;
  Bytes signature;
  const auto sign_it = [&](const SignOne& sign) -> Status {
    MYNA_TRY(signature, sign(input.data));
    return {};
  };
  const Status made = sign_digests(*card_, jpki, std::move(request), policy_for(PinSource::stored), none, sign_it);
  note_refusal(jpki, made);
  MYNA_CHECK(made);
  return signature;
}

bool TokenReader::is_readable_without_pin(KeyKind kind) const { return !certificate_row(*profile_, certificate_of(kind)).read_pin; }

// Nothing where the file is absent or unreadable; an error where the next one would fail as well.
Result<Bytes> TokenReader::read_if_readable(JpkiApplication& jpki, CertificateKind kind) {
  const auto der = jpki.certificate(kind);
  if (der) return Bytes(der->view().begin(), der->view().end());
  return object_state(der.error()) ? Result<Bytes>(Bytes{}) : Unexpected(der.error());
}

// What cannot be read is left out: the token and its other objects do not go with it.
Status TokenReader::read_certificate(JpkiApplication& jpki, KeyKind kind) {
  auto made = std::make_shared<TokenCertificate>();
  MYNA_TRY(made->der, read_if_readable(jpki, certificate_of(kind)));
  auto fields = parse_certificate(made->der);
  if (!fields) return {};
  made->fields = *std::move(fields);
  if (auto key = certificate_rsa_key(made->der)) made->key = *std::move(key);
  if (config_.ca_objects) {
    MYNA_TRY(made->ca, read_if_readable(jpki, ca_of(kind)));
  }
  token(kind).certificate = std::move(made);
  return {};
}

// A certificate that only its PIN opens is read in the same transaction.
Status TokenReader::login(KeyKind kind, ByteView pin, std::uint32_t generation) {
  const MutexLock lock(mutex_);
  MYNA_TRY(LockedPage page, LockedPage::holding(pin));
  const Status verified = in_jpki(generation, [&](JpkiApplication& jpki) MYNA_REQUIRES(mutex_) -> Status {
    MYNA_CHECK(require(kind));
    const bool behind_pin = !is_readable_without_pin(kind);
    if (behind_pin) MYNA_CHECK(jpki.learn_extended_length());
    if (!behind_pin && !token(kind).certificate) MYNA_CHECK(read_certificate(jpki, kind));   // one SELECT less than afterwards
    MYNA_CHECK(verify(jpki, kind, page.view()));
    return behind_pin ? read_certificate(jpki, kind) : Status{};
  });
  MYNA_CHECK(verified);
  token(kind).pin = std::move(page);
  token(kind).last_use = Clock::now();
  return {};
}

Result<SharedCertificate> TokenReader::certificate(KeyKind kind, std::uint32_t generation) {
  const MutexLock lock(mutex_);
  if (generation != generation_) return fail(Errc::card_removed);
  expire(kind);
  if (token(kind).certificate) return token(kind).certificate;
  if (information_ && !is_readable_without_pin(kind)) return SharedCertificate{};
  const Status read = in_jpki(generation, [&](JpkiApplication& jpki) MYNA_REQUIRES(mutex_) -> Status {
    MYNA_CHECK(require(kind));
    return is_readable_without_pin(kind) ? read_certificate(jpki, kind) : Status{};
  });
  if (!read) return Unexpected(read.error());
  return token(kind).certificate;
}

// Verified, signed and closed in one transaction; then held against the certificate before anybody gets it.
Result<Bytes> TokenReader::sign(KeyKind kind, const DataToSign& input, std::uint32_t generation) {
  const MutexLock lock(mutex_);
  if (generation != generation_) return fail(Errc::card_removed);
  expire(kind);
  if (!token(kind).pin || !token(kind).certificate) return fail(Errc::access_denied);
  if (!token(kind).certificate->key) return fail(Errc::key_unsupported);
  auto signature = in_jpki(generation, [&](JpkiApplication& jpki) MYNA_REQUIRES(mutex_) { return verify_and_sign(jpki, kind, input); });
  if (!signature && input.pss && signature.error().code == Errc::unexpected_status) pss_ = false;
  if (!signature && may_be_logged_out(signature.error())) {
    token(kind).pin.reset();
    return fail(Errc::counter_touched, signature.error().sw);
  }
  if (!signature) return signature;
  const bool good = fits(*token(kind).certificate, input, *signature).has_value();
  if (!good && input.pss) {
    pss_ = false;   // another salt, or no PSS at all
    return fail(Errc::signature_mismatch);
  }
  if (!good) {
    forget_card();
    return fail(Errc::card_removed);   // another card's key
  }
  token(kind).last_use = Clock::now();
  return signature;
}

Status TokenReader::recognise_again(CardTransaction& transaction) {
  MYNA_TRY(auto jpki, JpkiApplication::select(transaction, *profile_));
  return know(jpki);
}

Status TokenReader::change_pin(KeyKind kind, ByteView old_pin, ByteView new_pin, std::uint32_t generation) {
  const MutexLock lock(mutex_);
  MYNA_TRY(Pin old_value, pin_for(kind, old_pin));
  MYNA_TRY(Pin new_value, pin_for(kind, new_pin));
  token(kind).pin.reset();
  MYNA_TRY(auto transaction, begin());
  if (generation != generation_) return fail(Errc::card_removed);
  if (must_identify_) MYNA_CHECK(recognise_again(transaction));
  bool sent = false;
  return myna::change_pin(*card_, transaction, std::move(old_value), std::move(new_value), policy_for(PinSource::typed), sent);
}

void TokenReader::expire(KeyKind kind) {
  Token& one = token(kind);
  const auto idle = kind == KeyKind::auth ? config_.auth_idle : config_.sign_idle;
  if (one.pin && Clock::now() - one.last_use >= idle) one.pin.reset();
}

bool TokenReader::probe_pss() {
  auto transaction = begin();
  if (!transaction) return false;
  auto text = TextApplication::select(*transaction);
  return text && text->answer_challenge_by_pss(hash(Digest::sha256, {})).has_value();
}

bool TokenReader::does_pss() {
  if (config_.pss == Pss::off) return false;
  const MutexLock lock(mutex_);
  if (!pss_ && config_.pss == Pss::probe && present_ && !foreign_) pss_ = probe_pss();
  return pss_.value_or(config_.pss == Pss::on);
}

bool TokenReader::is_foreign() {
  const MutexLock lock(mutex_);
  return foreign_;
}

bool TokenReader::logged_in(KeyKind kind) {
  const MutexLock lock(mutex_);
  expire(kind);
  return token(kind).pin.has_value();
}

// What a login made readable goes with it.
void TokenReader::logout(KeyKind kind) {
  const MutexLock lock(mutex_);
  token(kind).pin.reset();
  if (!is_readable_without_pin(kind)) token(kind).certificate.reset();
}

}  // namespace myna::p11

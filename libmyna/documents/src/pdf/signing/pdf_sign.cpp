// SPDX-License-Identifier: Apache-2.0
// The signer half of PDF. The original is hashed once, before the card is held; the state of the hash goes on over the revision that is
// appended.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "myna/crypto/openssl_owners.hpp"
#include "myna/core/hex.hpp"
#include "cms/cms_signature.hpp"
#include "pdf/judging/pdf_verify.hpp"
#include "pdf/reading/pdf_fields.hpp"
#include "pdf/reading/pdf_revision.hpp"
#include "pdf_appearance.hpp"
#include "pdf_plan.hpp"

namespace myna {
namespace {

using namespace pdf;

using HashState = openssl::Owner<EVP_MD_CTX, EVP_MD_CTX_free>;

// What a CMS needs beside the certificates: attributes, names and lengths, about 700 bytes, and the value: at most 1,024 bytes, of
// RSA-8192.
constexpr std::size_t kCmsRoom = 2048;
constexpr std::size_t kTokenRoom = 24576;          // tokens with three certificates take about 6,000
constexpr std::size_t kRangeWidth = 48;
constexpr std::string_view kHolderName = "1.2.392.200149.8.5.5.1";   // docs/card/certificates.md

struct ProfileRow {
  std::string_view sub_filter;
  bool signing_time;   // as a signed attribute; PAdES has the time in /M alone (EN 319 142-1, 6.3)
};
// In the order of PdfProfile.
constexpr std::array kProfiles{ProfileRow{"/adbe.pkcs7.detached", true}, ProfileRow{"/ETSI.CAdES.detached", false}};

const ProfileRow& row_of(PdfProfile profile) { return kProfiles.at(static_cast<std::size_t>(profile)); }

HashState copy_of(const HashState& state) {
  HashState copy(EVP_MD_CTX_new());
  if (!copy || EVP_MD_CTX_copy_ex(copy.get(), state.get()) != 1) throw std::bad_alloc();
  return copy;
}

HashState new_hash(Digest digest) {
  HashState state(EVP_MD_CTX_new());
  if (!state || EVP_DigestInit_ex(state.get(), EVP_get_digestbyname(std::string(digest_name(digest)).c_str()), nullptr) != 1) {
    throw std::bad_alloc();
  }
  return state;
}

void update(const HashState& state, ByteView bytes) { EVP_DigestUpdate(state.get(), bytes.data(), bytes.size()); }

Bytes value_of(const HashState& state) {
  Bytes value(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  EVP_DigestFinal_ex(copy_of(state).get(), value.data(), &size);
  value.resize(size);
  return value;
}

std::string signer_name(const CertificateFields& fields) {
  const auto holder = std::ranges::find(fields.other_names, kHolderName, &OtherName::oid);
  return holder != fields.other_names.end() && !holder->value.empty() ? holder->value : fields.subject.common_name;
}

// D:YYYYMMDDHHmmSS with the zone of this machine (ISO 32000-1, 7.9.4).
std::string pdf_date(std::chrono::sys_seconds time) {
  const std::time_t clock = time.time_since_epoch().count();
  std::tm local{};
  localtime_r(&clock, &local);
  std::array<char, 40> date{};
  std::strftime(date.data(), date.size(), "D:%Y%m%d%H%M%S", &local);
  if (local.tm_gmtoff == 0) return std::string(date.data()) + 'Z';
  const long minutes = std::abs(local.tm_gmtoff) / 60;
  std::array<char, 16> zone{};
  std::snprintf(zone.data(), zone.size(), "%c%02ld'%02ld'", local.tm_gmtoff < 0 ? '-' : '+', minutes / 60 % 100, minutes % 60);
  return std::string(date.data()) + zone.data();
}

// The appended bytes and where the placeholder stands in the file.
struct Revision {
  Bytes bytes;
  SignedRange range{};
};

class PdfSignature final : public DocumentSignature {
 public:
  PdfSignature(InputPtr input, const DocumentFacts& facts, const PdfSignatureOptions& options, Revision revision,
               CmsSignature cms, ByteView issuer)
      : input_(std::move(input)),
        facts_(facts),
        options_(options),
        revision_(std::move(revision)),
        cms_(std::move(cms)),
        issuer_(issuer.begin(), issuer.end()) {}

  Result<Bytes> digest_info() const override { return cms_.digest_info(); }

  Status finish(ByteView signature, const ByteSink& out) override {
    MYNA_TRY(const Bytes der, signed_data(signature));
    MYNA_CHECK(fill(der));
    MYNA_TRY(const auto original, input_->open_random_access());
    if (original->size() != facts_.bytes) return fail(Errc::malformed);
    if (const Status good = check_new_signature(joined(original, revision_.bytes), issuer_, options_.profile == PdfProfile::moj); !good) {
      MYNA_CHECK(pass_original(*original, [](ByteView) { return Status{}; }));   // a document that changed is the reason
      return good;
    }
    MYNA_CHECK(pass_original(*original, out));
    return out(revision_.bytes);
  }

 private:
  Status pass_original(const RandomAccess& original, const ByteSink& out) const {
    const HashState again = new_hash(Digest::sha256);
    MYNA_CHECK(original.stream(0, facts_.bytes, [&](ByteView piece) {
      update(again, piece);
      return out(piece);
    }));
    return value_of(again) == facts_.sha256 ? Status{} : Status{fail(Errc::malformed)};
  }

  Result<Bytes> signed_data(ByteView signature) {
    return cms_.finish(signature, options_.time_stamper);
  }

  Status fill(ByteView der) {
    const std::string digits = to_hex(der);
    const auto at = static_cast<std::ptrdiff_t>(revision_.range.gap_begin - facts_.bytes + 1);
    if (digits.size() > revision_.range.gap_end - revision_.range.gap_begin - 2) {
      return fail(options_.time_stamper != nullptr ? Errc::timestamp_invalid : Errc::crypto_failed);
    }
    std::ranges::copy(digits, revision_.bytes.begin() + at);
    return {};
  }

  InputPtr input_;
  const DocumentFacts& facts_;
  const PdfSignatureOptions& options_;
  Revision revision_;
  CmsSignature cms_;
  Bytes issuer_;
};

class PdfDocument final : public Document {
 public:
  PdfDocument(InputPtr input, const PdfSignatureOptions& options, Plan plan, HashState state)
      : input_(std::move(input)), options_(options), plan_(std::move(plan)), state_(std::move(state)) {
    facts_.bytes = plan_.size;
    facts_.pages = plan_.pages;
  }

  void set_sha256(Bytes value) { facts_.sha256 = std::move(value); }
  const DocumentFacts& facts() const override { return facts_; }

  Result<std::unique_ptr<DocumentSignature>> prepare(const SigningIdentity& identity) override {
    return guarded([&] { return prepared(identity); });
  }

 private:
  Result<std::unique_ptr<DocumentSignature>> prepared(const SigningIdentity& identity) {
    MYNA_TRY(Revision revision, append_revision(identity));
    const HashState state = copy_of(state_);
    const ByteView bytes = revision.bytes;
    update(state, bytes.first(static_cast<std::size_t>(revision.range.gap_begin - plan_.size)));
    update(state, bytes.subspan(static_cast<std::size_t>(revision.range.gap_end - plan_.size)));
    const Bytes content_hash = value_of(state);
    MYNA_TRY(CmsSignature cms, CmsSignature::prepare({.signer = identity.signer, .issuer = identity.issuer, .digest = options_.digest,
                                                      .content_hash = content_hash, .signing_time = identity.signing_time,
                                                      .with_signing_time = row_of(options_.profile).signing_time}));
    return std::unique_ptr<DocumentSignature>(
        std::make_unique<PdfSignature>(input_, facts_, options_, std::move(revision), std::move(cms), identity.issuer));
  }

  Result<Revision> append_revision(const SigningIdentity& identity) const {
    MYNA_TRY(const CertificateFields fields, parse_certificate(identity.signer));
    const std::string name = options_.name.empty() ? signer_name(fields) : options_.name;
    const std::size_t room =
        identity.signer.size() + identity.issuer.size() + kCmsRoom + (options_.time_stamper != nullptr ? kTokenRoom : 0);
    RevisionWriter writer(plan_);
    Revision revision;
    for (const ObjectText& object : plan_.changed) writer.object(object.id, object.generation, object.text);
    std::string field = plan_.field_open + " /V " + reference(plan_.signature_id);
    if (options_.visible) {
      MYNA_TRY(const int appearance, write_appearance(writer, *options_.visible, plan_.place.rotate, name, identity.signing_time));
      field += " /AP << /N " + reference(appearance) + " >>";
    }
    writer.object(plan_.field_id, plan_.field_generation, field + " >>");
    write_signature(writer, name, identity.signing_time, room, revision.range);
    std::array<Byte, 16> file_id{};
    fill_random(file_id);
    writer.end(file_id);
    revision.bytes = std::move(writer.bytes());
    revision.range.end = plan_.size + revision.bytes.size();
    set_byte_range(revision);
    return revision;
  }

  // /ByteRange first, in a field of fixed width; then /Contents.
  void write_signature(RevisionWriter& writer, const std::string& name, std::chrono::sys_seconds time, std::size_t room,
                       SignedRange& range) const {
    std::string text = "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter " + std::string(row_of(options_.profile).sub_filter);
    const std::pair<std::string_view, const std::string&> texts[] = {
        {"/Name", name}, {"/Reason", options_.reason}, {"/Location", options_.location}, {"/ContactInfo", options_.contact}};
    for (const auto& [key, value] : texts) {
      if (!value.empty()) text += ' ' + std::string(key) + ' ' + text_string(value);
    }
    text += " /M (" + pdf_date(time) + ") /ByteRange [0" + std::string(kRangeWidth, ' ') + "] /Contents ";
    const std::string head = std::to_string(plan_.signature_id) + " 0 obj\n";
    range.gap_begin = writer.position() + head.size() + text.size();
    range.gap_end = range.gap_begin + 2 + 2 * room;
    writer.object(plan_.signature_id, 0, text + '<' + std::string(2 * room, '0') + "> >>");
  }

  void set_byte_range(Revision& revision) const {
    constexpr std::string_view kBehind = "] /Contents ";
    const SignedRange& range = revision.range;
    const std::string numbers =
        ' ' + std::to_string(range.gap_begin) + ' ' + std::to_string(range.gap_end) + ' ' + std::to_string(range.end - range.gap_end);
    const auto at = static_cast<std::ptrdiff_t>(range.gap_begin - plan_.size - kBehind.size() - kRangeWidth);
    std::ranges::copy(numbers, revision.bytes.begin() + at);
  }

  InputPtr input_;
  PdfSignatureOptions options_;
  Plan plan_;
  HashState state_;
  DocumentFacts facts_;
};

bool options_fit(const PdfSignatureOptions& options) {
  const bool strong = options.digest == Digest::sha256 || options.digest == Digest::sha384 || options.digest == Digest::sha512;
  if (options.profile == PdfProfile::pades) return strong;
  return options.digest == Digest::sha256 && options.time_stamper == nullptr;   // docs/documents-facts.md, "登記 PDF"
}

}  // namespace

Result<std::unique_ptr<Document>> open_pdf(InputPtr input, const PdfSignatureOptions& options) {
  if (!options_fit(options)) return fail(Errc::invalid_argument);
  MYNA_TRY(const auto bytes, input->open_random_access());
  MYNA_TRY(Plan plan, plan_signature(bytes, options));
  if (options.visible) MYNA_CHECK(check_appearance(*options.visible));
  HashState state = new_hash(options.digest);
  const HashState whole = new_hash(Digest::sha256);
  MYNA_CHECK(bytes->stream(0, plan.size, [&](ByteView piece) {
    update(state, piece);
    if (options.digest != Digest::sha256) update(whole, piece);
    return Status{};
  }));
  Bytes sha256 = value_of(options.digest == Digest::sha256 ? state : whole);
  auto document = std::make_unique<PdfDocument>(std::move(input), options, std::move(plan), std::move(state));
  document->set_sha256(std::move(sha256));
  return std::unique_ptr<Document>(std::move(document));
}

}  // namespace myna

// SPDX-License-Identifier: Apache-2.0
// The bytes behind a signed revision. Incremental saving attacks live here: objects that only a lenient reader finds.
#include <algorithm>
#include <set>

#include "pdf/judging/pdf_changes.hpp"

namespace myna::pdf {
namespace {

constexpr std::uint64_t kMaxTail = 256 << 20;
constexpr std::size_t kMaxRevisions = 64;

constexpr Text kNoRevision{"bytes were added that are no revision with a cross-reference of its own (incremental saving attack)",
                           "相互参照を持たないデータが追記されています（インクリメンタルセービング攻撃）"};
constexpr Text kUnlisted{"an object was added that no cross-reference names (incremental saving attack)",
                         "相互参照にないオブジェクトが追記されています（インクリメンタルセービング攻撃）"};
constexpr Text kBroken{"a later revision is damaged", "後の版が壊れています"};
constexpr Text kTooMuch{"too much was added to be judged", "追記が多すぎて判定できません"};

bool is_pdf_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\0'; }
bool is_pdf_digit(char c) { return c >= '0' && c <= '9'; }

struct RevisionEnd {
  std::uint64_t end;      // behind %%EOF and its line end
  std::uint64_t xref;     // what startxref says
};

class Tail {
 public:
  Tail(std::string_view text, std::uint64_t base) : text_(text), base_(base) {}

  // `startxref`, a number of this very revision, `%%EOF`; again until the end. Nothing when bytes are left over.
  std::vector<RevisionEnd> revisions() const {
    std::vector<RevisionEnd> found;
    std::size_t begin = 0;
    while (begin < text_.size()) {
      const std::size_t word = text_.find("startxref", begin);
      const auto end = word == std::string_view::npos ? std::nullopt : end_at(word, begin);
      if (!end || found.size() == kMaxRevisions) return {};
      found.push_back(*end);
      begin = static_cast<std::size_t>(end->end - base_);
    }
    return found;
  }

  // Where `N G obj` stands.
  std::vector<std::uint64_t> objects() const {
    std::vector<std::uint64_t> found;
    for (std::size_t at = text_.find("obj"); at != std::string_view::npos; at = text_.find("obj", at + 1)) {
      std::size_t start = at;
      if (back_over(start, is_pdf_space) && back_over(start, is_pdf_digit) && back_over(start, is_pdf_space) &&
          back_over(start, is_pdf_digit)) {
        found.push_back(base_ + start);
      }
    }
    return found;
  }

 private:
  template <typename F>
  bool back_over(std::size_t& at, F kind) const {
    const std::size_t before = at;
    while (at > 0 && kind(text_[at - 1])) --at;
    return at != before;
  }

  std::size_t skip_space(std::size_t at) const {
    while (at < text_.size() && is_pdf_space(text_[at])) ++at;
    return at;
  }

  std::optional<RevisionEnd> end_at(std::size_t word, std::size_t begin) const {
    constexpr std::string_view kWord = "startxref", kEnd = "%%EOF";
    std::size_t at = skip_space(word + kWord.size());
    std::uint64_t xref = 0;
    for (const std::size_t first = at; at < text_.size() && is_pdf_digit(text_[at]) && at - first < 12; ++at) {
      xref = xref * 10 + static_cast<std::uint64_t>(text_[at] - '0');
    }
    at = skip_space(at);
    if (xref < base_ + begin || xref >= base_ + word || text_.substr(at, kEnd.size()) != kEnd) return std::nullopt;
    at += kEnd.size();
    if (at < text_.size() && text_[at] == '\r') ++at;
    if (at < text_.size() && text_[at] == '\n') ++at;
    return RevisionEnd{base_ + at, xref};
  }

  std::string_view text_;
  std::uint64_t base_;
};

void collect_offsets(QPDF& pdf, std::set<std::uint64_t>& offsets) {
  for (const auto& [id, entry] : pdf.getXRefTable()) {
    if (entry.getType() == 1) offsets.insert(static_cast<std::uint64_t>(entry.getOffset()));
  }
  QPDFObjectHandle hybrid = pdf.getTrailer().getKey("/XRefStm");
  if (hybrid.isInteger() && hybrid.getIntValue() > 0) offsets.insert(static_cast<std::uint64_t>(hybrid.getIntValue()));
}

}  // namespace

Text tail_problem(const std::shared_ptr<RandomAccess>& bytes, std::uint64_t from) {
  if (bytes->size() - from > kMaxTail) return kTooMuch;
  const auto raw = bytes->piece(from, bytes->size() - from);
  if (!raw) return kBroken;
  const Tail tail(as_text(*raw), from);
  const auto revisions = tail.revisions();
  if (revisions.empty()) return kNoRevision;
  std::set<std::uint64_t> named;
  const Status whole = guarded([&]() -> Status {
    for (const RevisionEnd& revision : revisions) {
      named.insert(revision.xref);
      collect_offsets(*parse(bytes, revision.end), named);
    }
    return {};
  });
  if (!whole) return kBroken;
  const auto objects = tail.objects();
  return std::ranges::all_of(objects, [&named](std::uint64_t at) { return named.contains(at); }) ? Text{} : kUnlisted;
}

}  // namespace myna::pdf

// SPDX-License-Identifier: Apache-2.0
#include "pdf_plan.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "pdf/reading/pdf_fields.hpp"

namespace myna::pdf {
namespace {

constexpr std::uint64_t kMaxOffset = 9'999'999'999;   // ten digits in a cross-reference table (ISO 32000-1, 7.5.4)
constexpr int kMaxPageDepth = 64;
constexpr std::uint32_t kMaxPages = 1'000'000;
constexpr std::uint32_t kPrintedAndLocked = 4 + 128;  // annotation flags (ISO 32000-1, table 165)

// The page tree by hand: libqpdf's own walk changes what it finds irregular.
class PageTree {
 public:
  explicit PageTree(std::uint32_t wanted) : wanted_(wanted) {}
  std::uint32_t count = 0;
  std::optional<QPDFObjectHandle> page;

  Status walk(QPDFObjectHandle node, int depth) {
    if (!node.isDictionary() || depth > kMaxPageDepth || count > kMaxPages) return fail(Errc::malformed);
    if (node.isIndirect() && !seen_.insert(node.getObjGen()).second) return fail(Errc::malformed);
    QPDFObjectHandle kids = node.getKey("/Kids");
    if (!kids.isArray()) {
      if (++count == wanted_) page = node;
      return {};
    }
    for (int i = 0; i < kids.getArrayNItems(); ++i) MYNA_CHECK(walk(kids.getArrayItem(i), depth + 1));
    return {};
  }

 private:
  std::uint32_t wanted_;
  std::set<QPDFObjGen> seen_;
};

QPDFObjectHandle inherited(QPDFObjectHandle page, const std::string& key) {
  for (int depth = 0; depth < kMaxPageDepth && page.isDictionary(); ++depth) {
    if (page.hasKey(key)) return page.getKey(key);
    page = page.getKey("/Parent");
  }
  return QPDFObjectHandle::newNull();
}

PagePlace place_of(QPDFObjectHandle page) {
  PagePlace place;
  QPDFObjectHandle box = inherited(page, "/CropBox");
  if (!box.isRectangle()) box = inherited(page, "/MediaBox");
  if (box.isRectangle()) {
    const auto rectangle = box.getArrayAsRectangle();
    place.left = rectangle.llx, place.bottom = rectangle.lly, place.right = rectangle.urx, place.top = rectangle.ury;
  }
  QPDFObjectHandle rotate = inherited(page, "/Rotate");
  if (rotate.isInteger()) place.rotate = static_cast<int>((rotate.getIntValue() % 360 + 360) % 360) / 90 * 90;
  return place;
}

std::string number(double value) {
  std::string text = std::to_string(std::round(value * 1000) / 1000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

// The rectangle in the page's own coordinates of one that is given on the page as it is displayed.
std::string rectangle_on(const PagePlace& place, const PdfVisible& seen) {
  const double x2 = seen.x + seen.width, y2 = seen.y + seen.height;
  double box[4] = {place.left + seen.x, place.bottom + seen.y, place.left + x2, place.bottom + y2};
  if (place.rotate == 90) {
    box[0] = place.right - y2, box[1] = place.bottom + seen.x, box[2] = place.right - seen.y, box[3] = place.bottom + x2;
  }
  if (place.rotate == 180) box[0] = place.right - x2, box[1] = place.top - y2, box[2] = place.right - seen.x, box[3] = place.top - seen.y;
  if (place.rotate == 270) box[0] = place.left + seen.y, box[1] = place.top - x2, box[2] = place.left + y2, box[3] = place.top - seen.x;
  return "[ " + number(box[0]) + ' ' + number(box[1]) + ' ' + number(box[2]) + ' ' + number(box[3]) + " ]";
}

bool fits_on(const PagePlace& place, const PdfVisible& seen) {
  const bool turned = place.rotate == 90 || place.rotate == 270;
  const double width = place.right - place.left, height = place.top - place.bottom;
  return seen.width >= 1 && seen.height >= 1 && seen.x >= 0 && seen.y >= 0 && seen.x + seen.width <= (turned ? height : width) &&
         seen.y + seen.height <= (turned ? width : height);
}

class Planner {
 public:
  Planner(QPDF& pdf, const PdfSignatureOptions& options) : pdf_(pdf), options_(options), fields_(fields_of(pdf)) {}

  Result<Plan> run(const RandomAccess& bytes) {
    MYNA_CHECK(file_facts(bytes));
    MYNA_CHECK(permitted());
    MYNA_CHECK(find_page());
    const Field* chosen = existing_field();
    MYNA_CHECK(chosen != nullptr ? sign_existing(*chosen) : add_field());
    return std::move(plan_);
  }

 private:
  Status file_facts(const RandomAccess& bytes) {
    plan_.size = bytes.size();
    MYNA_TRY(plan_.previous, last_startxref(bytes, plan_.size));
    MYNA_TRY(const Bytes start, bytes.piece(plan_.previous, 1));
    plan_.xref_stream = start.front() != 'x';
    MYNA_TRY(const Bytes end, bytes.piece(plan_.size - 1, 1));
    plan_.ends_line = end.front() == '\n' || end.front() == '\r';
    QPDFObjectHandle trailer = pdf_.getTrailer();
    QPDFObjectHandle size = trailer.getKey("/Size");
    std::uint64_t next = pdf_.getObjectCount() + 1;
    if (size.isInteger() && size.getIntValue() > 0) next = std::max(next, static_cast<std::uint64_t>(size.getIntValue()));
    if (next > 8'388'607) return fail(Errc::document_unsupported);   // ISO 32000-1, annex C.2
    plan_.next_id = static_cast<int>(next);
    const std::string kept = dictionary_text(trailer, {{"/Type", ""},
                                                       {"/W", ""},
                                                       {"/Index", ""},
                                                       {"/Filter", ""},
                                                       {"/DecodeParms", ""},
                                                       {"/Length", ""},
                                                       {"/Prev", ""},
                                                       {"/Size", ""},
                                                       {"/ID", ""},
                                                       {"/XRefStm", ""}});
    plan_.trailer = kept.substr(2, kept.size() - 4);
    QPDFObjectHandle id = trailer.getKey("/ID");
    if (id.isArray() && id.getArrayNItems() == 2 && id.getArrayItem(0).isString()) plan_.first_id = id.getArrayItem(0).getStringValue();
    return {};
  }

  // ISO 32000-1, 12.8.2.2 and 12.8.2.4. A new field that is seen is more than level 2 gives: it can cover what was certified.
  Status permitted() {
    QPDFObjectHandle form = pdf_.getRoot().getKey("/AcroForm");
    if (!form.isNull() && !form.isDictionary()) return fail(Errc::malformed);
    const bool dynamic = pdf_.getRoot().getKey("/NeedsRendering").isBool() && pdf_.getRoot().getKey("/NeedsRendering").getBoolValue();
    if (form.isDictionary() && form.hasKey("/XFA") && (dynamic || fields_.empty())) return fail(Errc::document_unsupported);
    const auto level = certified_level(pdf_);
    if (level && (*level == 1 || options_.visible)) return fail(Errc::document_locked);
    for (const Field& field : fields_) {
      const auto signature = signature_of(field);
      if (signature && locks_field(*signature, new_name())) return fail(Errc::document_locked);
    }
    return {};
  }

  Status find_page() {
    PageTree tree(options_.visible ? options_.visible->page : 1);
    MYNA_CHECK(tree.walk(pdf_.getRoot().getKey("/Pages"), 0));
    plan_.pages = tree.count;
    if (!tree.page) return fail(options_.visible ? Errc::invalid_argument : Errc::document_unsupported);
    if (!tree.page->isIndirect()) return fail(Errc::document_unsupported);
    page_ = *tree.page;
    plan_.place = place_of(page_);
    if (options_.visible && !fits_on(plan_.place, *options_.visible)) return fail(Errc::invalid_argument);
    return {};
  }

  bool is_taken(const std::string& name) const { return std::ranges::find(fields_, name, &Field::name) != fields_.end(); }

  std::string new_name() const {
    if (!options_.field.empty()) return options_.field;
    int number = 1;
    while (is_taken("Signature" + std::to_string(number))) ++number;
    return "Signature" + std::to_string(number);
  }

  const Field* existing_field() const {
    const auto found = std::ranges::find(fields_, options_.field, &Field::name);
    return options_.field.empty() || found == fields_.end() ? nullptr : &*found;
  }

  // Its own place on the page stays what it is.
  Status sign_existing(const Field& field) {
    QPDFObjectHandle object = field.object;
    if (field.type != "/Sig" || !field.leaf || !object.isIndirect() || signature_of(field) || options_.visible) {
      return fail(Errc::invalid_argument);
    }
    if (object.hasKey("/Lock")) return fail(Errc::document_unsupported);   // would have to be repeated in a FieldMDP
    plan_.field_id = object.getObjectID();
    plan_.field_generation = object.getGeneration();
    open_field(dictionary_text(object, {{"/V", ""}}));
    plan_.signature_id = plan_.next_id++;
    return extend_form({});
  }

  Status add_field() {
    const std::string name = new_name();
    if (name.find('.') != std::string::npos) return fail(Errc::invalid_argument);   // joins names of parents
    plan_.field_id = plan_.next_id++;
    plan_.signature_id = plan_.next_id++;
    const std::string rectangle = options_.visible ? rectangle_on(plan_.place, *options_.visible) : "[ 0 0 0 0 ]";
    open_field("<< /Type /Annot /Subtype /Widget /FT /Sig /T " + text_string(name) + " /F " + std::to_string(kPrintedAndLocked) +
               " /Rect " + rectangle + " /P " + reference(page_.getObjectID(), page_.getGeneration()) + " >>");
    extend_page(reference(plan_.field_id));
    return extend_form(reference(plan_.field_id));
  }

  void open_field(const std::string& dictionary) { plan_.field_open = dictionary.substr(0, dictionary.size() - 2); }

  void change(QPDFObjectHandle object, std::string text) {
    plan_.changed.push_back({object.getObjectID(), object.getGeneration(), std::move(text)});
  }

  void extend_page(const std::string& widget) {
    QPDFObjectHandle annotations = page_.getKey("/Annots");
    if (annotations.isArray() && annotations.isIndirect()) return change(annotations, array_text(annotations, widget));
    change(page_, dictionary_text(page_, {{"/Annots", annotations.isArray() ? array_text(annotations, widget) : "[ " + widget + " ]"}}));
  }

  // The smallest object that holds what changes: the array of fields, the form, or the catalog.
  Status extend_form(const std::string& field) {
    QPDFObjectHandle root = pdf_.getRoot(), form = root.getKey("/AcroForm");
    if (!form.isDictionary()) {
      plan_.changed.push_back({plan_.next_id, 0, "<< /Fields [ " + field + " ] /SigFlags 3 >>"});
      change(root, dictionary_text(root, {{"/AcroForm", reference(plan_.next_id++)}}));
      return {};
    }
    QPDFObjectHandle fields = form.getKey("/Fields"), flags = form.getKey("/SigFlags");
    const bool own_array = fields.isArray() && fields.isIndirect();
    std::vector<Entry> entries;
    if (!field.empty() && own_array) change(fields, array_text(fields, field));
    if (!field.empty() && !own_array) entries.push_back({"/Fields", fields.isArray() ? array_text(fields, field) : "[ " + field + " ]"});
    if (!flags.isInteger() || (flags.getIntValue() & 3) != 3) entries.push_back({"/SigFlags", "3"});   // signatures exist, append only
    if (entries.empty()) return {};
    const std::string text = dictionary_text(form, entries);
    if (form.isIndirect()) change(form, text);
    else change(root, dictionary_text(root, {{"/AcroForm", text}}));
    return {};
  }

  QPDF& pdf_;
  const PdfSignatureOptions& options_;
  std::vector<Field> fields_;
  QPDFObjectHandle page_;
  Plan plan_;
};

// A file that only a repair makes readable has no revision that could be signed.
Errc why_unreadable(const std::shared_ptr<RandomAccess>& bytes, Errc code) {
  if (code != Errc::malformed) return code;
  const Status repaired = guarded([&]() -> Status {
    const auto pdf = parse(bytes, bytes->size(), true);
    return pdf->getRoot().getKey("/Pages").isDictionary() ? Status{} : Status{fail(Errc::malformed)};
  });
  return repaired ? Errc::document_unsupported : Errc::malformed;
}

}  // namespace

Result<Plan> plan_signature(const std::shared_ptr<RandomAccess>& bytes, const PdfSignatureOptions& options) {
  const auto header = bytes->piece(0, std::min<std::uint64_t>(kPdfHeader.size(), bytes->size()));
  if (!header) return Unexpected(header.error());
  if (as_text(*header) != kPdfHeader) return fail(Errc::malformed);
  if (bytes->size() > kMaxOffset - (64 << 20)) return fail(Errc::document_unsupported);
  auto plan = guarded([&]() -> Result<Plan> {
    const auto pdf = parse(bytes, bytes->size());
    if (pdf->isEncrypted()) return fail(Errc::document_encrypted);
    return Planner(*pdf, options).run(*bytes);
  });
  if (!plan) return fail(why_unreadable(bytes, plan.error().code));
  return plan;
}

}  // namespace myna::pdf

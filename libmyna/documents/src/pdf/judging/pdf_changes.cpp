// SPDX-License-Identifier: Apache-2.0
// The judge of later revisions. A changed object is bad unless its place in the signed revision explains it; what is in doubt is bad
// (shadow attacks, incremental saving, evil annotations, sneaky signatures).
#include "pdf_changes.hpp"

#include <algorithm>
#include <array>

#include "pdf_diff.hpp"

namespace myna::pdf {
namespace {

constexpr int kMaxTreeDepth = 64;

// Why a change is bad; an empty text when it is not.
constexpr Text kFine{};
constexpr Text kRoot{"the file was given another catalog (shadow attack)", "文書カタログが差し替えられています（シャドウ攻撃）"};
constexpr Text kCatalog{"the catalog of the document was changed", "文書カタログが変更されています"};
constexpr Text kRemoved{"an object of the signed revision was removed", "署名された版のオブジェクトが削除されています"};
constexpr Text kFilledGap{"an object was added that the signed revision already refers to (shadow attack)",
                          "署名された版が参照していた未定義のオブジェクトが追加されています（シャドウ攻撃）"};
constexpr Text kPage{"a page was changed", "ページが変更されています"};
constexpr Text kStream{"the content of a page, a picture or another stream was replaced (shadow attack)",
                       "ページ内容・画像などのデータが差し替えられています（シャドウ攻撃）"};
constexpr Text kFont{"a font was replaced (shadow attack)", "フォントが差し替えられています（シャドウ攻撃）"};
constexpr Text kAnnotation{"annotations were added, changed or removed", "注釈が追加・変更・削除されています"};
constexpr Text kForm{"the form was changed beyond filling it in", "フォームが記入以外の方法で変更されています"};
constexpr Text kField{"form fields were added that are no good signature", "正しい署名ではないフィールドが追加されています"};
constexpr Text kReplaced{"a signature that was there was changed or taken away", "既存の署名が変更または削除されています"};
constexpr Text kLocked{"a field was changed that the signer had locked", "署名者がロックしたフィールドが変更されています"};
constexpr Text kCertified{"the certification of the document does not allow what was added", "文書の証明（認証）が許可していない追加があります"};
constexpr Text kOther{"an object of the signed revision was changed", "署名された版のオブジェクトが変更されています"};
constexpr Text kAppearance{"a field shows something else though its value is the same (shadow attack)",
                           "値は同じなのに表示が変えられたフィールドがあります（シャドウ攻撃）"};

bool is_bad(const Text& text) { return !text.en.empty(); }

bool only_of(const std::set<std::string>& keys, std::initializer_list<std::string_view> allowed) {
  return std::ranges::all_of(keys, [&](const std::string& key) { return std::ranges::find(allowed, key) != allowed.end(); });
}

QPDFObjGen id_of(QPDFObjectHandle object) { return object.isIndirect() ? object.getObjGen() : QPDFObjGen(); }

std::vector<QPDFObjGen> ids_in(QPDFObjectHandle array) {
  std::vector<QPDFObjGen> ids;
  if (!array.isArray()) return ids;
  for (int i = 0; i < array.getArrayNItems(); ++i) ids.push_back(id_of(array.getArrayItem(i)));
  return ids;
}

void collect_pages(QPDFObjectHandle node, int depth, std::set<QPDFObjGen>& seen, std::set<QPDFObjGen>& pages) {
  if (!node.isDictionary() || depth > kMaxTreeDepth || !seen.insert(id_of(node)).second) return;
  QPDFObjectHandle kids = node.getKey("/Kids");
  if (!kids.isArray()) pages.insert(id_of(node));
  else for (int i = 0; i < kids.getArrayNItems(); ++i) collect_pages(kids.getArrayItem(i), depth + 1, seen, pages);
}

bool is_seen(QPDFObjectHandle widget) {
  QPDFObjectHandle box = widget.getKey("/Rect");
  if (!box.isRectangle()) return !box.isNull();
  const auto r = box.getArrayAsRectangle();
  return r.llx != r.urx && r.lly != r.ury;
}

class Judge {
 public:
  Judge(const FoundSignature& found, const std::vector<FoundSignature>& all, QPDF& before, QPDF& after)
      : found_(found), all_(all), before_(before), after_(after), diff_(difference(before, after)), references_(references_in(before)),
        level_(certified_level(before)) {
    for (const Field& field : fields_of(before)) fields_.emplace(id_of(field.object), field);
    std::set<QPDFObjGen> seen;
    collect_pages(before.getRoot().getKey("/Pages"), 0, seen, pages_);
    pages_.erase(QPDFObjGen());
    for (const QPDFObjGen& id : pages_) annotations_.insert(id_of(before.getObject(id).getKey("/Annots")));
    for (const auto& [id, entry] : before.getXRefTable()) numbers_.insert(id.getObj());
    for (const auto& [id, field] : fields_) {
      for (const QPDFObjGen& kid : ids_in(QPDFObjectHandle(field.object).getKey("/Kids"))) widgets_.emplace(kid, id);
    }
  }

  bool filled_in() const { return filled_in_; }

  Text run() {
    if (after_.isEncrypted() || id_of(before_.getRoot()) != id_of(after_.getRoot())) return kRoot;
    if (!diff_.removed.empty()) return kRemoved;
    for (const QPDFObjGen& id : diff_.added) {
      if (references_.contains(id) || numbers_.contains(id.getObj())) return kFilledGap;   // or the number with another generation
    }
    if (const Text form = new_fields(); is_bad(form)) return form;
    for (const QPDFObjGen& id : diff_.changed) {
      if (const Text problem = changed(id); is_bad(problem)) return problem;
    }
    return judge_form();
  }

 private:
  bool referred_once(const QPDFObjGen& id) const {
    const auto at = references_.find(id);
    return at == references_.end() || at->second <= 1;
  }

  Text changed(const QPDFObjGen& id) {
    QPDFObjectHandle old = before_.getObject(id), now = after_.getObject(id);
    QPDFObjectHandle root = before_.getRoot(), form = root.getKey("/AcroForm");
    if (id == id_of(root)) return changed_catalog(old, now);
    // judge_form
    if (id == id_of(form) || (form.isDictionary() && id == id_of(form.getKey("/Fields")))) return referred_once(id) ? kFine : kForm;
    if (pages_.contains(id)) return changed_page(old, now);
    if (annotations_.contains(id)) return referred_once(id) ? changed_annotations(old, now) : kAnnotation;
    if (fields_.contains(id)) return changed_field(fields_.at(id), now);
    if (widgets_.contains(id)) return changed_widget(id, old, now);
    // shown beside the document, not in it
    if (id == id_of(before_.getTrailer().getKey("/Info"))) return references_.contains(id) ? kOther : kFine;
    if (id == id_of(root.getKey("/Metadata"))) return referred_once(id) ? kFine : kStream;
    return is_revocation_data(id) ? kFine : kind_of(old);
  }

  bool is_revocation_data(const QPDFObjGen& id) {
    QPDFObjectHandle store = before_.getRoot().getKey("/DSS");
    if (!store.isDictionary() || !referred_once(id)) return false;
    constexpr std::array kParts{"/VRI", "/Certs", "/OCSPs", "/CRLs"};
    return id == id_of(store) || std::ranges::any_of(kParts, [&](const char* key) { return id == id_of(store.getKey(key)); });
  }

  static Text kind_of(QPDFObjectHandle old) {
    if (old.isStream()) return kStream;
    if (!old.isDictionary()) return kOther;
    if (name_of(old, "/Type") == "/Font" || name_of(old, "/Type") == "/FontDescriptor") return kFont;
    if (name_of(old, "/Type") == "/Pages") return kPage;
    if (old.hasKey("/ByteRange")) return kReplaced;
    return old.hasKey("/Subtype") && old.hasKey("/Rect") ? kAnnotation : kOther;
  }

  static Text changed_catalog(QPDFObjectHandle old, QPDFObjectHandle now) {
    const bool fine = now.isDictionary() && only_of(differing_keys(old, now), {"/AcroForm", "/DSS", "/Extensions", "/Metadata"});
    return fine ? kFine : kCatalog;
  }

  Text changed_page(QPDFObjectHandle old, QPDFObjectHandle now) {
    if (!now.isDictionary() || !only_of(differing_keys(old, now), {"/Annots"})) return kPage;
    return changed_annotations(old.getKey("/Annots"), now.getKey("/Annots"));
  }

  // All that were there, and widgets of new signatures.
  Text changed_annotations(QPDFObjectHandle old, QPDFObjectHandle now) {
    const auto were = ids_in(old), are = ids_in(now);
    for (const QPDFObjGen& id : were) {
      if (id.getObj() == 0 || std::ranges::count(were, id) > std::ranges::count(are, id)) return kAnnotation;
    }
    for (const QPDFObjGen& id : are) {
      const bool was = std::ranges::find(were, id) != were.end();
      if (!was && !new_widgets_.contains(id)) return kAnnotation;
      if (was && std::ranges::count(are, id) != std::ranges::count(were, id)) return kAnnotation;
    }
    return kFine;
  }

  // The signature in a field of the file as it is, when it is one that came after this one.
  const FoundSignature* later_signature(const std::string& field) const {
    const auto at = std::ranges::find(all_, field, &FoundSignature::field);
    const bool later = at != all_.end() && at->end() > found_.end() && !is_bad(at->field_problem) && !at->contents.cms.empty();
    return later ? &*at : nullptr;
  }

  bool is_locked(const std::string& field) const {
    return std::ranges::any_of(all_, [&](const FoundSignature& one) { return one.end() <= found_.end() && locks_field(one.value, field); });
  }

  Text changed_field(const Field& field, QPDFObjectHandle now) {
    QPDFObjectHandle old = field.object;
    if (!now.isDictionary()) return kForm;
    const auto keys = differing_keys(old, now);
    if (signature_of(field)) return kReplaced;
    if (is_locked(field.name)) return kLocked;
    if (level_ == 1) return kCertified;
    if (field.type == "/Sig") {
      if (!only_of(keys, {"/V", "/AP", "/AS", "/M"})) return kForm;
      return later_signature(field.name) != nullptr ? kFine : kField;
    }
    QPDFObjectHandle flags = old.getKey("/Ff");
    const bool read_only = flags.isInteger() && (flags.getIntValue() & 1) != 0;
    if (read_only || !only_of(keys, {"/V", "/AP", "/AS", "/RV", "/I", "/M"})) return kForm;
    if (!keys.contains("/V")) return kAppearance;
    filled_in_ = true;
    return kFine;
  }

  // The appearance follows the value of the field.
  Text changed_widget(const QPDFObjGen& id, QPDFObjectHandle old, QPDFObjectHandle now) {
    const QPDFObjGen parent = widgets_.at(id);
    if (!now.isDictionary() || !only_of(differing_keys(old, now), {"/AP", "/AS", "/M"})) return kForm;
    return diff_.changed.contains(parent) ? kFine : kAppearance;
  }

  // Fields that were not there are signatures made later, each by itself good enough to be judged.
  Text new_fields() {
    for (const Field& field : fields_of(after_)) {
      QPDFObjectHandle object = field.object;
      const QPDFObjGen id = id_of(object);
      if (fields_.contains(id) && id.getObj() != 0) continue;
      if (const Text problem = new_field(field); is_bad(problem)) return problem;
      new_widgets_.insert(id);
      new_fields_.insert(id);
    }
    return kFine;
  }

  Text new_field(const Field& field) {
    QPDFObjectHandle object = field.object;
    const bool plain = diff_.added.contains(id_of(object)) && field.type == "/Sig" && field.leaf && !object.hasKey("/A") &&
                       !object.hasKey("/AA") && !object.hasKey("/Kids");
    const FoundSignature* signature = plain ? later_signature(field.name) : nullptr;
    if (signature == nullptr) return kField;
    if (is_locked(field.name)) return kLocked;
    const bool time_stamp = name_of(signature->value, "/SubFilter") == "/ETSI.RFC3161";
    if (level_ && (is_seen(object) || (level_ == 1 && !time_stamp))) return kCertified;
    return kFine;
  }

  Text judge_form() {
    QPDFObjectHandle old = before_.getRoot().getKey("/AcroForm"), now = after_.getRoot().getKey("/AcroForm");
    if (old.isNull() && now.isNull()) return kFine;
    if (!now.isDictionary() || !(old.isNull() || old.isDictionary())) return kForm;
    if (old.isNull()) old = QPDFObjectHandle::newDictionary();
    auto keys = differing_keys(old, now);
    for (const char* key : {"/DA", "/DR"}) {
      if (keys.contains(key) && (!old.hasKey(key) || (std::string_view(key) == "/DR" && only_grew(old.getKey(key), now.getKey(key))))) {
        keys.erase(key);
      }
    }
    if (keys.contains("/NeedAppearances") && !(now.getKey("/NeedAppearances").isBool() && now.getKey("/NeedAppearances").getBoolValue())) {
      keys.erase("/NeedAppearances");
    }
    if (!only_of(keys, {"/Fields", "/SigFlags"})) return kForm;
    const auto were = ids_in(old.getKey("/Fields")), are = ids_in(now.getKey("/Fields"));
    for (const QPDFObjGen& id : were) {
      if (std::ranges::find(are, id) == are.end()) return kReplaced;
    }
    for (const QPDFObjGen& id : are) {
      if (std::ranges::find(were, id) == were.end() && !new_fields_.contains(id)) return kField;
    }
    return kFine;
  }

  // Resources got more names; those that were there mean what they did.
  static bool only_grew(QPDFObjectHandle old, QPDFObjectHandle now) {
    if (!old.isDictionary() || !now.isDictionary()) return false;
    for (const std::string& key : old.getKeys()) {
      QPDFObjectHandle was = old.getKey(key), is = now.getKey(key);
      if (was.unparse() == is.unparse()) continue;
      if (!was.isDictionary() || !is.isDictionary()) return false;
      for (const std::string& name : was.getKeys()) {
        if (was.getKey(name).unparse() != is.getKey(name).unparse()) return false;
      }
    }
    return true;
  }

  const FoundSignature& found_;
  const std::vector<FoundSignature>& all_;
  QPDF& before_;
  QPDF& after_;
  Difference diff_;
  std::map<QPDFObjGen, int> references_;
  std::set<int> numbers_;
  std::optional<int> level_;
  std::map<QPDFObjGen, Field> fields_;
  std::map<QPDFObjGen, QPDFObjGen> widgets_;
  std::set<QPDFObjGen> pages_, annotations_, new_widgets_, new_fields_;
  bool filled_in_ = false;
};

// The signature stood in the revision that it says it signed.
bool stands_in(QPDF& revision, const FoundSignature& found, const RandomAccess& bytes) {
  for (const FoundSignature& one : find_signatures(revision, bytes)) {
    if (one.field == found.field && one.range.range && one.range.range->gap_begin == found.range.range->gap_begin &&
        one.end() == found.end()) {
      return true;
    }
  }
  return false;
}

}  // namespace

SignatureCheck check_changes(const FoundSignature& found, const std::vector<FoundSignature>& all,
                             const std::shared_ptr<RandomAccess>& bytes, QPDF& final_revision) {
  constexpr std::string_view kCode = "changes";
  if (found.end() == bytes->size()) return good(kCode);
  if (const Text tail = tail_problem(bytes, found.end()); is_bad(tail)) return bad(kCode, tail);
  Text problem{"the signed part is no PDF by itself, so that it cannot be compared", "署名された部分が単独のPDFではないため比較できません"};
  bool filled_in = false;
  const Status judged = guarded([&]() -> Status {
    const auto revision = parse(bytes, found.end());
    if (!stands_in(*revision, found, *bytes)) return fail(Errc::malformed);
    Judge judge(found, all, *revision, final_revision);
    problem = judge.run();
    filled_in = judge.filled_in();
    return {};
  });
  if (!judged || is_bad(problem)) return bad(kCode, problem);
  SignatureCheck check = good(kCode);
  check.reason = filled_in ? Text{"form fields were filled in later", "後からフォームに記入されています"}
                           : Text{"only signatures or time stamps were added later", "後から追加されたのは署名・タイムスタンプのみです"};
  return check;
}

}  // namespace myna::pdf

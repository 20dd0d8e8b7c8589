// SPDX-License-Identifier: Apache-2.0
#include "pdf_fields.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace myna::pdf {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxFields = 100000;

class FieldWalk {
 public:
  std::vector<Field> fields;

  void kids(QPDFObjectHandle array, const std::string& parent_name, const std::string& parent_type, int depth) {
    if (!array.isArray()) return;
    for (int i = 0; i < array.getArrayNItems(); ++i) field(array.getArrayItem(i), parent_name, parent_type, depth);
  }

 private:
  void field(QPDFObjectHandle object, const std::string& parent_name, const std::string& parent_type, int depth) {
    if (!object.isDictionary() || (object.isIndirect() && !seen_.insert(object.getObjGen()).second)) return;
    if (depth > kMaxDepth || fields.size() > kMaxFields) throw std::runtime_error("a form without end");
    const bool named = object.getKey("/T").isString();
    if (!named && depth != 0) return;   // a widget of its parent
    Field field{.object = object, .name = parent_name, .type = parent_type};
    if (named) field.name += (parent_name.empty() ? "" : ".") + object.getKey("/T").getUTF8Value();
    if (object.getKey("/FT").isName()) field.type = object.getKey("/FT").getName();
    const std::size_t at = fields.size();
    fields.push_back(field);
    kids(object.getKey("/Kids"), field.name, field.type, depth + 1);
    fields[at].leaf = fields.size() == at + 1;
  }

  std::set<QPDFObjGen> seen_;
};

// Calls `each` with the method and the parameters of every signature reference.
template <typename F>
void for_each_transform(QPDFObjectHandle signature, F each) {
  QPDFObjectHandle references = signature.getKey("/Reference");
  if (!references.isArray()) return;
  for (int i = 0; i < references.getArrayNItems(); ++i) {
    QPDFObjectHandle item = references.getArrayItem(i);
    if (!item.isDictionary() || !item.getKey("/TransformMethod").isName()) continue;
    QPDFObjectHandle parameters = item.getKey("/TransformParams");
    each(item.getKey("/TransformMethod").getName(), parameters.isDictionary() ? parameters : QPDFObjectHandle::newDictionary());
  }
}

// /P of the parameters; an odd value is read as the strictest.
int permission(QPDFObjectHandle parameters) {
  QPDFObjectHandle p = parameters.getKey("/P");
  if (p.isNull()) return 2;
  return p.isInteger() && p.getIntValue() >= 1 && p.getIntValue() <= 3 ? static_cast<int>(p.getIntValue()) : 1;
}

bool lists(QPDFObjectHandle names, const std::string& name) {
  if (!names.isArray()) return false;
  for (int i = 0; i < names.getArrayNItems(); ++i) {
    QPDFObjectHandle item = names.getArrayItem(i);
    if (!item.isString()) continue;
    const std::string listed = item.getUTF8Value();
    if (listed == name || name.starts_with(listed + ".")) return true;
  }
  return false;
}

void keep_lowest(std::optional<int>& level, std::optional<int> other) {
  if (other) level = std::min(level.value_or(3), *other);
}

}  // namespace

std::vector<Field> fields_of(QPDF& pdf) {
  FieldWalk walk;
  QPDFObjectHandle form = pdf.getRoot().getKey("/AcroForm");
  if (form.isDictionary()) walk.kids(form.getKey("/Fields"), {}, {}, 0);
  return std::move(walk.fields);
}

std::optional<QPDFObjectHandle> signature_of(const Field& field) {
  QPDFObjectHandle object = field.object;
  QPDFObjectHandle value = object.getKey("/V");
  if (field.type != "/Sig" || value.isNull()) return std::nullopt;
  return value;
}

std::optional<int> certified_level(QPDFObjectHandle signature) {
  std::optional<int> level;
  if (!signature.isDictionary()) return level;
  for_each_transform(signature, [&level](const std::string& method, QPDFObjectHandle parameters) {
    if (method == "/DocMDP") keep_lowest(level, permission(parameters));
    if (method == "/FieldMDP" && parameters.hasKey("/P")) keep_lowest(level, permission(parameters));   // ISO 32000-2, table 236
  });
  return level;
}

std::optional<int> certified_level(QPDF& pdf) {
  std::optional<int> level;
  QPDFObjectHandle permissions = pdf.getRoot().getKey("/Perms");
  if (permissions.isDictionary()) keep_lowest(level, certified_level(permissions.getKey("/DocMDP")));
  for (const Field& field : fields_of(pdf)) {
    if (const auto signature = signature_of(field)) keep_lowest(level, certified_level(*signature));
  }
  return level;
}

bool locks_field(QPDFObjectHandle signature, const std::string& name) {
  bool locked = false;
  if (!signature.isDictionary()) return locked;
  for_each_transform(signature, [&](const std::string& method, QPDFObjectHandle parameters) {
    if (method != "/FieldMDP") return;
    QPDFObjectHandle action = parameters.getKey("/Action");
    const std::string word = action.isName() ? action.getName() : "/All";
    const bool listed = lists(parameters.getKey("/Fields"), name);
    locked = locked || (word == "/Include" ? listed : word == "/Exclude" ? !listed : true);
  });
  return locked;
}

std::string dictionary_text(QPDFObjectHandle dictionary, const std::vector<Entry>& changes) {
  std::string text = "<<";
  for (const std::string& key : dictionary.getKeys()) {
    if (std::ranges::find(changes, key, &Entry::key) != changes.end()) continue;
    text += ' ' + QPDFObjectHandle::newName(key).unparse() + ' ' + dictionary.getKey(key).unparse();
  }
  for (const Entry& entry : changes) {
    if (!entry.value.empty()) text += ' ' + entry.key + ' ' + entry.value;
  }
  return text + " >>";
}

std::string array_text(QPDFObjectHandle array, const std::string& more) {
  std::string text = "[";
  for (int i = 0; i < array.getArrayNItems(); ++i) text += ' ' + array.getArrayItem(i).unparse();
  return text + ' ' + more + " ]";
}

std::string reference(int id, int generation) { return std::to_string(id) + ' ' + std::to_string(generation) + " R"; }

std::string text_string(const std::string& utf8) { return QPDFObjectHandle::newUnicodeString(utf8).unparse(); }

}  // namespace myna::pdf

// SPDX-License-Identifier: Apache-2.0
#include "card_json.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "myna/core/hex.hpp"

namespace myna {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFileEnding = ".bin";
constexpr std::string_view kKeyEnding = ".key";

std::string id_text(FileId id) { return to_hex(std::array{static_cast<Byte>(id >> 8), static_cast<Byte>(id)}); }

// Thrown only between parse_card and its helpers, beside the exceptions of the JSON library.
struct BadDocument {};

template <typename T>
T must(Result<T> result) {
  if (!result) throw BadDocument{};
  return *std::move(result);
}

FileId id_of(const Json& text) {
  const Bytes bytes = must(from_hex(text.get<std::string>()));
  if (bytes.size() != 2) throw BadDocument{};
  return static_cast<FileId>(bytes[0] << 8 | bytes[1]);
}

std::uint8_t small_number(const Json& number) {
  const int value = number.get<int>();
  if (value < 0 || value > 15) throw BadDocument{};   // what 63Cx can count
  return static_cast<std::uint8_t>(value);
}

Json dialect_json(const Dialect& dialect) {
  Json json = Json::object();
  for (const DialectSetting& setting : dialect_settings()) json[std::string(setting.name)] = setting.get(dialect);
  return json;
}

Json faults_json(const std::vector<Fault>& faults) {
  Json json = Json::array();
  for (const Fault& fault : faults) json.push_back({{"at", fault.at}, {"kind", to_string(fault.kind)}});
  return json;
}

Json latency_json(const Latency& latency) {
  return {{"command_us", latency.command.count()}, {"byte_us", latency.byte.count()}, {"signature_us", latency.signature.count()}};
}

std::vector<Fault> parse_faults(const Json& json) {
  std::vector<Fault> faults;
  for (const Json& entry : json) {
    const auto kind = fault_by_name(entry.at("kind").get<std::string>());
    if (!kind) throw BadDocument{};
    faults.push_back({.at = entry.at("at").get<std::uint32_t>(), .kind = *kind});
  }
  return faults;
}

std::chrono::microseconds parse_time(const Json& json, const char* name) {
  constexpr long kMost = 10'000'000;
  const long value = json.value(name, 0L);
  if (value < 0 || value > kMost) throw BadDocument{};
  return std::chrono::microseconds(value);
}

Latency parse_latency(const Json& json) {
  return {.command = parse_time(json, "command_us"), .byte = parse_time(json, "byte_us"), .signature = parse_time(json, "signature_us")};
}

Json ids_json(const std::vector<FileId>& ids) {
  Json json = Json::array();
  for (const FileId id : ids) json.push_back(id_text(id));
  return json;
}

Json application_json(const ImageApplication& application) {
  Json json{{"aid", to_hex(application.aid)}, {"files", Json::array()}, {"keys", Json::array()}, {"pins", Json::array()}};
  for (const ImageFile& file : application.files) {
    json["files"].push_back({{"id", id_text(file.file)}, {"opened_by", ids_json(file.opened_by)}});
    if (file.records) json["files"].back()["records"] = true;
  }
  for (const ImageKey& key : application.keys) {
    json["keys"].push_back({{"id", id_text(key.file)}, {"pin", key.pin ? Json(id_text(*key.pin)) : Json()}});
  }
  for (const ImagePin& pin : application.pins) {
    json["pins"].push_back({{"id", id_text(pin.file)}, {"maximum", pin.maximum}});
    if (pin.shared) json["pins"].back()["shared"] = true;
  }
  if (application.default_key) json["default_key"] = id_text(*application.default_key);
  if (application.authentication_key) json["authentication_key"] = id_text(*application.authentication_key);
  for (const ImageObject& entry : application.objects) json["objects"][id_text(entry.tag)] = to_hex(entry.content);
  return json;
}

Dialect parse_dialect(const Json& json) {
  Dialect dialect;
  for (const DialectSetting& setting : dialect_settings()) {
    const auto found = json.find(setting.name);
    if (found == json.end()) continue;
    const auto value = found->get<std::string>();
    if (std::ranges::find(setting.values, value) == setting.values.end()) throw BadDocument{};
    setting.set(dialect, value);
  }
  return dialect;
}

ImagePin parse_pin(const Json& json, const Json& states, const std::string& aid) {
  ImagePin pin{.file = id_of(json.at("id")), .value = {}, .maximum = small_number(json.at("maximum")), .remaining = 0};
  pin.shared = json.value("shared", false);
  const Json& state = states.at(aid).at(id_text(pin.file));
  pin.value = state.at("value").get<std::string>();
  pin.remaining = small_number(state.at("remaining"));
  return pin;
}

FileId key_named(const ImageApplication& application, const Json& text) {
  const FileId id = id_of(text);
  if (std::ranges::find(application.keys, id, &ImageKey::file) == application.keys.end()) throw BadDocument{};
  return id;
}

std::vector<ImageObject> parse_objects(const Json& json) {
  std::vector<ImageObject> objects;
  for (const auto& [tag, content] : json.items()) objects.push_back({id_of(tag), must(from_hex(content.get<std::string>()))});
  return objects;
}

ImageApplication parse_application(const Json& json, const Json& states, const ContentLoader& load) {
  const auto aid = json.at("aid").get<std::string>();
  ImageApplication application{.aid = must(from_hex(aid)), .files = {}, .pins = {}, .keys = {}};
  for (const Json& entry : json.at("files")) {
    ImageFile file{.file = id_of(entry.at("id")), .content = {}, .opened_by = {}};
    for (const Json& pin : entry.at("opened_by")) file.opened_by.push_back(id_of(pin));
    file.records = entry.value("records", false);
    file.content = must(load(content_path(application.aid, file.file, kFileEnding)));
    application.files.push_back(std::move(file));
  }
  for (const Json& entry : json.at("keys")) {
    ImageKey key{.file = id_of(entry.at("id")), .pkcs8 = {}, .pin = {}};
    if (!entry.at("pin").is_null()) key.pin = id_of(entry.at("pin"));
    key.pkcs8 = must(load(content_path(application.aid, key.file, kKeyEnding)));
    application.keys.push_back(std::move(key));
  }
  for (const Json& entry : json.at("pins")) application.pins.push_back(parse_pin(entry, states, aid));
  if (json.contains("default_key")) application.default_key = key_named(application, json.at("default_key"));
  if (json.contains("authentication_key")) application.authentication_key = key_named(application, json.at("authentication_key"));
  if (json.contains("objects")) application.objects = parse_objects(json.at("objects"));
  return application;
}

}  // namespace

std::string content_path(ByteView aid, FileId file, std::string_view ending) {
  return to_hex(aid) + '/' + id_text(file) + std::string(ending);
}

std::string card_json(const CardImage& image) {
  Json json{{"not_a_real_card", true}, {"kind", image.kind}, {"atr", to_hex(image.atr)},
            {"dialect", dialect_json(image.dialect)}, {"faults", faults_json(image.faults)},
            {"latency", latency_json(image.latency)}, {"applications", Json::array()}};
  for (const ImageApplication& application : image.applications) json["applications"].push_back(application_json(application));
  return json.dump(2) + '\n';
}

std::string pins_json(const CardImage& image) {
  Json json = Json::object();
  for (const ImageApplication& application : image.applications) {
    for (const ImagePin& pin : application.pins) {
      json[to_hex(application.aid)][id_text(pin.file)] = {{"value", pin.value}, {"remaining", pin.remaining}};
    }
  }
  return json.dump(2) + '\n';
}

Result<CardImage> parse_card(const std::string& card, const std::string& pins, const ContentLoader& load) {
  try {
    const Json json = Json::parse(card);
    const Json states = Json::parse(pins);
    CardImage image{.kind = json.at("kind").get<std::string>(), .atr = must(from_hex(json.at("atr").get<std::string>())),
                    .dialect = parse_dialect(json.at("dialect")), .applications = {}};
    if (json.contains("faults")) image.faults = parse_faults(json.at("faults"));
    if (json.contains("latency")) image.latency = parse_latency(json.at("latency"));
    for (const Json& entry : json.at("applications")) image.applications.push_back(parse_application(entry, states, load));
    return image;
  } catch (const Json::exception&) {
    return fail(Errc::malformed);
  } catch (const BadDocument&) {
    return fail(Errc::malformed);
  }
}

}  // namespace myna

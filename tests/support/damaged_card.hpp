// SPDX-License-Identifier: Apache-2.0
// Every place of a card that can be damaged, and every way; and the certificate of a key that is not supported yet.
#pragma once

#include "myna/personalise/tamper.hpp"
#include "virtual_card_fixture.hpp"

namespace myna::test {

struct DamageCase {
  Place place;
  Damage kind;
  std::string name;   // "D392F000260100000001/000A garbled"

  CardImage done_to(CardImage image) const {
    if (!damage(image, place, kind)) throw std::runtime_error("cannot damage " + name);
    return image;
  }
};

inline std::string name_of(const Place& place, Damage kind) {
  std::string name = to_hex(place.aid);
  if (place.file) name += '/' + to_hex(std::array{static_cast<Byte>(*place.file >> 8), static_cast<Byte>(*place.file)});
  return name + ' ' + std::string(damage_names()[static_cast<std::size_t>(kind)]);
}

// Files in every way, applications, PINs and keys as absent.
inline std::vector<DamageCase> damages_of(const ImageApplication& application) {
  std::vector<DamageCase> cases;
  const auto add = [&](std::optional<FileId> file, Damage kind) {
    const Place place{application.aid, file};
    cases.push_back({place, kind, name_of(place, kind)});
  };
  for (const ImageFile& file : application.files) {
    for (std::size_t kind = 0; kind < damage_names().size(); ++kind) add(file.file, static_cast<Damage>(kind));
  }
  for (const ImagePin& pin : application.pins) add(pin.file, Damage::absent);
  for (const ImageKey& key : application.keys) add(key.file, Damage::absent);
  return cases;
}

inline std::vector<DamageCase> damages_of(const CardImage& image) {
  std::vector<DamageCase> cases;
  for (const ImageApplication& application : image.applications) {
    const auto its = damages_of(application);
    cases.insert(cases.end(), its.begin(), its.end());
    const Place whole{application.aid, {}};
    cases.push_back({whole, Damage::absent, name_of(whole, Damage::absent)});
  }
  return cases;
}

inline int tries_of(const CardImage& image) {
  int sum = 0;
  for (const ImageApplication& application : image.applications) {
    for (const ImagePin& pin : application.pins) sum += pin.remaining;
  }
  return sum;
}

// P-256, self-signed, 465 bytes: made once by OpenSSL; nobody has the key.
inline const Bytes& elliptic_certificate() {
  static const Bytes der = must(from_hex(
      "308201CD30820174A00302010202131F010035B0C45BEF22A83FF2584C0464F2AAC3300A06082A8648CE3D040302303C310B3009060355040613024A"
      "50311A3018060355040A0C114D594E412D5649525455414C2D544553543111300F06035504030C08656C6C69707469633020170D3236313132393036"
      "333630395A180F32313236313130353036333630395A303C310B3009060355040613024A50311A3018060355040A0C114D594E412D5649525455414C"
      "2D544553543111300F06035504030C08656C6C69707469633059301306072A8648CE3D020106082A8648CE3D0301070342000440E0EC1A4AA6AD34B5"
      "653293013B62DB8070D80CE956B6E8869CE62AFF409DF41BA02D4E85C34E72144C6D9DDE4DE23B731D524A0AE2D663B1FDD9E13DD82C5CA353305130"
      "1D0603551D0E041604145DE7EEB4A58EB996822F1A30557FCE491918B2EA301F0603551D230418301680145DE7EEB4A58EB996822F1A30557FCE4919"
      "18B2EA300F0603551D130101FF040530030101FF300A06082A8648CE3D04030203470030440220243D569D3107DABF4004529754C3639E3E54EAA3EA"
      "3D55F64EE69831AD83E0330220037F8953B3A8721F5771613A5538F31C9FCA2434F0DEA7A034F9910A3728AEF9"));
  return der;
}

// The card with that certificate in place of one of its own.
inline CardImage with_elliptic_certificate(CardImage image, FileId file) {
  for (ImageApplication& application : image.applications) {
    if (!equal(application.aid, aid::kJpki)) continue;
    for (ImageFile& one : application.files) {
      if (one.file == file) one.content = elliptic_certificate();
    }
  }
  return image;
}

}  // namespace myna::test

// SPDX-License-Identifier: Apache-2.0
// Who signs the documents of these tests: a CA of the test PKI and one certificate of it, made once in a program.
#pragma once

#include <memory>

#include "libmyna/personalise/src/pki/test_pki.hpp"
#include "myna/documents/document.hpp"
#include "tests/support/virtual_card_fixture.hpp"

namespace myna::test {

struct TestSigner {
  Issuer ca;
  IssuedCertificate issued;
  std::unique_ptr<PrivateKey> key;
  SigningIdentity identity() const { return {issued.der, ca.certificate, now()}; }
};

inline const TestSigner& signer() {
  static const TestSigner made = [] {
    TestSigner s;
    Personalisation what;
    what.issued = now();
    s.ca = must(make_test_ca(Branch::sign, what.issued));
    s.issued = must(issue_sign_certificate(s.ca, what));
    s.key = must(load_private_key(s.issued.pkcs8));
    return s;
  }();
  return made;
}

}  // namespace myna::test

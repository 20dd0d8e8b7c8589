// SPDX-License-Identifier: Apache-2.0
// The spellings of XML signatures, and what a document answers when the card, the file or the time-stamp authority fails.
#include <catch2/catch.hpp>

#include "libmyna/documents/src/xml/tree/xml_text.hpp"
#include "myna/documents/asic.hpp"
#include "tests/documents/test_signer.hpp"

using namespace myna;
using namespace myna::xml;
using myna::test::must;
using myna::test::signer;

namespace {

// A folder whose one file, or whose input, is this text at the time it is opened.
InputPtr input_of(const std::string& text) { return memory_input(as_bytes(text)); }
OpenNamed files_of(const std::string& text) {
  return [&text](const std::string&) { return input_of(text)->open(); };
}

const ByteSink kNowhere = [](ByteView) -> Status { return {}; };

Errc outcome(Document& document, bool right_value = true) {
  const auto pending = must(document.prepare(signer().identity()));
  Bytes value = must(signer().key->sign_pkcs1_payload(must(pending->digest_info())));
  if (!right_value) value[17] ^= 1;
  const Status done = pending->finish(value, kNowhere);
  return done ? kLastErrc : done.error().code;
}

class NoStamper final : public TimeStamper {
 public:
  Result<Bytes> token(ByteView) override { return fail(Errc::timestamp_failed); }
};

}  // namespace

TEST_CASE("base64 in XML may have white space and is strict about everything else") {
  for (const char* text : {"", "Zg==", "Zm8=", "Zm9v", "Zm9v Yg==\n", "\tZg=\r\n="}) CHECK(from_xml_base64(text).has_value());
  for (const char* text : {"Z", "Zg=", "Zg==Zg==", "Zm9!", "-_-_", "Zm=v", "Zh=="}) CHECK_FALSE(from_xml_base64(text).has_value());
  CHECK(as_text(*from_xml_base64("Zm9v Yg==\n")) == "foob");
}

TEST_CASE("file names in references stay below the folder") {
  for (const char* name : {"a", "a/b", "構成.xml", "a b", "a/b:c", "..a", "a.."}) CHECK(is_safe_name(name));
  for (const char* name :
       {"", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/.", "http://x", "file:a", "C:a", "a\\b", "a\nb", "\x7F"}) {
    CHECK_FALSE(is_safe_name(name));
  }
}

TEST_CASE("a value that does not fit the certificate is never written") {
  const std::string text = "<a>1</a>";
  const auto xml_document = must(read_xml(input_of(text), {}, {}));
  CHECK(outcome(*xml_document) == kLastErrc);
  CHECK(outcome(*xml_document, false) == Errc::signature_mismatch);
  for (const AsicForm form : {AsicForm::xades, AsicForm::cades}) {
    AsicRequest request;
    request.form = form;
    request.files = {"a.xml"};
    const auto container = must(read_asic({}, files_of(text), request));
    CHECK(outcome(*container) == kLastErrc);
    CHECK(outcome(*container, false) == Errc::signature_mismatch);
  }
}

TEST_CASE("what changed since it was read is not written") {
  std::string text = "<a>1</a>";
  const auto xml_document = must(read_xml(input_of(text), {}, {}));
  AsicRequest request;
  request.files = {"a.xml"};
  const auto container = must(read_asic({}, files_of(text), request));
  text = "<a>2</a>";
  CHECK(outcome(*xml_document) == Errc::malformed);
  CHECK(outcome(*container) == Errc::malformed);
}

TEST_CASE("no time stamp no output") {
  const std::string text = "<a>1</a>";
  NoStamper stamper;
  XmlRequest request;
  request.time_stamper = &stamper;
  CHECK(outcome(*must(read_xml(input_of(text), {}, request))) == Errc::timestamp_failed);
  AsicRequest asic;
  asic.time_stamper = &stamper;
  asic.files = {"a.xml"};
  CHECK(outcome(*must(read_asic({}, files_of(text), asic))) == Errc::timestamp_failed);
}

TEST_CASE("requests that contradict themselves") {
  const std::string text = "<a>1</a>";
  const auto refused = [&text](auto change) {
    XmlRequest request;
    change(request);
    const auto document = read_xml(input_of(text), files_of(text), request);
    return !document && document.error().code == Errc::invalid_argument;
  };
  CHECK(refused([](XmlRequest& r) { r.digest = Digest::sha1; }));
  CHECK(refused([](XmlRequest& r) { r.files = {"a"}; }));
  CHECK(refused([](XmlRequest& r) { r.form = XmlForm::detached; }));
  CHECK(refused([](XmlRequest& r) { r.form = XmlForm::egov; r.digest = Digest::sha512; }));
  CHECK(refused([](XmlRequest& r) { r.form = XmlForm::egov; r.exclusive = true; }));
  CHECK(refused([](XmlRequest& r) { r.form = XmlForm::egov; r.xades = true; }));
}

// SPDX-License-Identifier: Apache-2.0
// XML from anywhere: verified with nothing trusted, so nothing may be found good; and planned for signing, which must not crash on it
// either.
#include <algorithm>
#include <cstdlib>

#include "myna/documents/xml_signature.hpp"

using namespace myna;

namespace {

void plan(ByteView bytes, XmlForm form) {
  const OpenNamed files = [](const std::string& name) -> Result<ByteSource> { return memory_input(as_bytes(name))->open(); };
  XmlRequest request;
  request.form = form;
  request.xades = form == XmlForm::enveloped || form == XmlForm::enveloping;
  const auto document = read_xml(memory_input(bytes), files, request);
  if (!document) return;
  const auto pending = (*document)->prepare({as_bytes("signer"), as_bytes("issuer"), {}});
  if (pending && !(*pending)->digest_info()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  XmlVerifyOptions options;
  options.files = [](const std::string& name) -> Result<ByteSource> { return memory_input(as_bytes(name))->open(); };
  const auto reports = verify_xml(*memory_input(bytes), options);
  if (reports && std::ranges::any_of(*reports, [](const XmlSignerReport& report) { return report.good(); })) std::abort();
  for (const XmlForm form : {XmlForm::enveloped, XmlForm::enveloping, XmlForm::egov}) plan(bytes, form);
  return 0;
}

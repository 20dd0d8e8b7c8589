// SPDX-License-Identifier: Apache-2.0
// XML from anywhere: verified with nothing trusted, so nothing may be found good; and planned for signing, which must not crash on it
// either.
#include <algorithm>
#include <cstdlib>

#include "myna/documents/xml_signature.hpp"

using namespace myna;

namespace {

ByteSource source_over(ByteView bytes) {
  return [bytes](std::span<Byte> out) mutable -> Result<std::size_t> {
    const std::size_t count = std::min(out.size(), bytes.size());
    std::copy_n(bytes.begin(), count, out.begin());
    bytes = bytes.subspan(count);
    return count;
  };
}

void plan(ByteView bytes, XmlForm form) {
  const OpenSource input = [bytes]() -> Result<ByteSource> { return source_over(bytes); };
  const OpenNamed files = [](const std::string& name) -> Result<ByteSource> { return source_over(as_bytes(name)); };
  XmlRequest request;
  request.form = form;
  request.xades = form == XmlForm::enveloped || form == XmlForm::enveloping;
  const auto document = read_xml(input, files, request);
  if (!document) return;
  const auto pending = (*document)->prepare({as_bytes("signer"), as_bytes("issuer"), {}});
  if (pending && !(*pending)->digest_info()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  XmlVerifyOptions options;
  options.files = [](const std::string& name) -> Result<ByteSource> { return source_over(as_bytes(name)); };
  const auto reports = verify_xml(bytes, options);
  if (reports && std::ranges::any_of(*reports, [](const XmlSignerReport& report) { return report.good(); })) std::abort();
  for (const XmlForm form : {XmlForm::enveloped, XmlForm::enveloping, XmlForm::egov}) plan(bytes, form);
  return 0;
}

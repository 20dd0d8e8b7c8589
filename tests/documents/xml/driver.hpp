// SPDX-License-Identifier: Apache-2.0
// What the driver's commands share: arguments NAME=VALUE, files, keys of the test PKI, a time stamper by the openssl program.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "myna/core/hex.hpp"
#include "myna/documents/document.hpp"

namespace myna::test {

namespace fs = std::filesystem;

[[noreturn]] inline void stop(const std::string& why) {
  std::cout << "error " << why << '\n';
  std::exit(2);
}

template <typename T>
T must(Result<T> result) {
  if (!result) stop(std::string(describe(result.error().code).name));
  return *std::move(result);
}
inline void must(const Status& status) {
  if (!status) stop(std::string(describe(status.error().code).name));
}

class Arguments {
 public:
  explicit Arguments(const std::vector<std::string>& words) {
    for (const std::string& word : words) all_.emplace(word.substr(0, word.find('=')), word.substr(word.find('=') + 1));
  }
  std::string one(const std::string& name, const std::string& other = {}) const {
    const auto found = all_.find(name);
    return found == all_.end() ? other : found->second;
  }
  bool has(const std::string& name) const { return all_.count(name) != 0; }
  std::vector<std::string> every(const std::string& name) const {
    std::vector<std::string> found;
    const auto [from, to] = all_.equal_range(name);
    for (auto at = from; at != to; ++at) found.push_back(at->second);
    return found;
  }

 private:
  std::multimap<std::string, std::string> all_;
};

inline Bytes read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) stop("cannot read " + path.string());
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

inline void write_file(const fs::path& path, ByteView bytes) {
  std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

// A time-stamp authority of the openssl program, configured in a folder.
class OpensslStamper final : public TimeStamper {
 public:
  explicit OpensslStamper(fs::path folder) : folder_(std::move(folder)) {}
  Result<Bytes> token(ByteView sha256) override {
    const std::string at = "cd '" + folder_.string() + "' && openssl ts ";
    const std::string query = at + "-query -sha256 -cert -digest " + to_hex(sha256) + " -out query.tsq 2>/dev/null";
    const std::string reply = at + "-reply -config tsa.cnf -queryfile query.tsq -token_out -out token.der 2>/dev/null";
    if (std::system(query.c_str()) != 0 || std::system(reply.c_str()) != 0) return fail(Errc::timestamp_failed);
    return read_file(folder_ / "token.der");
  }

 private:
  fs::path folder_;
};

void make_pki(const Arguments& arguments);
void sign_xml(const Arguments& arguments);
int verify_xml(const Arguments& arguments);
void sign_asic(const Arguments& arguments);
int verify_asic(const Arguments& arguments);

// Lets the key number `signer` of the folder `pki` sign the document and writes it to `out`.
void sign_with(Document& document, const Arguments& arguments);

}  // namespace myna::test

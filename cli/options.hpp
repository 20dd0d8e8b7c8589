// SPDX-License-Identifier: Apache-2.0
// The options of the command line (cli/man/myna.1).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "myna/card/card_transaction.hpp"
#include "myna/crypto/crypto.hpp"

namespace myna::cli {

struct GlobalOptions {
  std::string reader;            // exact name, unique part, virtual:DIR, usb:NAME
  bool json = false;
  std::string lang;
  bool stats = false;
  bool trace = false;
  bool trace_usb = false;
  std::string bit_rate = "106";
  LengthMode length_mode = LengthMode::automatic;
  int pin_fd = -1;
  std::string pin_file;
  bool allow_retry = false;
  bool allow_last_try = false;
  bool yes = false;
  std::optional<double> timeout;   // seconds
};

struct PinOptions {
  std::vector<std::string> names;
};

struct CertOptions {
  std::string name;
  std::string output;
  bool der = false;
  bool force = false;
};

// Where time stamps come from: an authority on the network, or files that somebody carries there and back.
struct TsaOptions {
  std::string url;
  std::string user;
  std::string password_file;
  std::string certificate;           // PEM, of the client
  std::string key;                   // PEM, of the client
  std::vector<std::string> headers;  // NAME: VALUE
  std::vector<std::string> trust;    // roots of the authority
  std::string query_out;
  std::string reply_in;
  bool wanted() const { return !url.empty() || !query_out.empty() || !reply_in.empty(); }
};

// Where a visible signature stands: points from the lower left corner of a page, pages from 1.
struct VisibleBox {
  unsigned page = 1;
  double x = 0, y = 0, width = 0, height = 0;
};

struct PdfOptions {
  std::string name;                  // empty: of the certificate
  std::string reason;
  std::string location;
  std::string field;                 // an existing field, or the name of the new one
  std::optional<VisibleBox> visible;
  std::string picture;               // a file, shown beside the text
};

struct XmlOptions {
  std::string preset;                // egov, egov-files, touki-drawing
  std::string egov_uri = "raw";      // raw, escaped
  std::string canonicalization = "inclusive";   // inclusive, exclusive
  bool enveloping = false;           // neither this nor --detached: enveloped
  bool xades = false;
  std::vector<std::string> files;    // beside the document, that the signature refers to
};

struct JwsOptions {
  std::string serialization = "compact";   // compact, flattened, general
  bool pss = false;
};

struct SignOptions {
  std::vector<std::string> files;
  std::string output;
  std::string output_directory;
  std::string format = "cms";
  std::string profile;               // empty: the first of the format's
  std::string key = "sign";
  std::string digest = "sha256";
  bool force = false;
  bool check = false;
  bool detached = false;
  TsaOptions tsa;
  PdfOptions pdf;
  XmlOptions xml;
  JwsOptions jws;
};

struct VerifyArguments {
  std::string file;
  std::string format;                // empty: what the file looks like
  std::string profile;               // checks of one profile beside the others
  std::vector<std::string> contents;
  std::vector<std::string> trust;
  std::string at;
  std::vector<std::string> crls;
  std::vector<std::string> ocsp_responses;
};

// What is read of the holder, with or without an authenticity report.
struct ReportOptions {
  bool verify = false;
  bool require_proof = false;
  std::vector<std::string> trust;
  std::string purpose;
  std::string html;
  std::string png;
  std::string graphics = "auto";
  std::vector<std::string> pins;     // check-card: what to ask for
  std::string pin;                   // --pin: which of the PINs that open it
  std::string output;                // a directory or a file
  bool number_picture = false;
  bool force = false;
};

struct LinkOptions {
  std::string service;               // file with the service's key
  std::string old_certificate;
};

struct VirtualOptions {
  std::string directory;
  std::string kind = "my-number";
  std::string photo = "small";
  std::vector<std::string> without;
  std::vector<std::string> dialect;
  int port = 0;
  double latency = 0;                // milliseconds a command
  std::vector<std::string> faults;   // AT:KIND
  std::string tampering;
  std::string place, how;            // of damage, double, move, foreign
};

// Everything that was said, and the command that was chosen.
struct Invocation {
  GlobalOptions global;
  PinOptions pin;
  CertOptions cert;
  SignOptions sign;
  VerifyArguments verify;
  ReportOptions report;
  LinkOptions link;
  std::string config_file;           // config check; empty: the system's and the user's
  VirtualOptions virtual_card;
};

}  // namespace myna::cli

// SPDX-License-Identifier: Apache-2.0
// myna virtual create|serve|info|reset
#include <algorithm>
#include <charconv>

#include "cli/card/card_access.hpp"
#include "cli/views/pin_view.hpp"
#include "cli/card/virtual_paths.hpp"
#include "cli/prompts/pin_input.hpp"
#include "myna/personalise/personalise.hpp"
#include "myna/virtual/card_directory.hpp"
#include "myna/virtual/vpcd_link.hpp"

namespace myna::cli {
namespace {

struct Served {
  CardDirectory directory;
  CardImage image;
};

CardKind kind_of(std::string_view name) {
  for (const CardProfile* profile : card_profiles()) {
    if (profile->name == name) return profile->kind;
  }
  return CardKind::foreign;
}

// NAME=VALUE onto the dialect. Errc::invalid_argument for a name or value that no setting has.
Status apply_setting(Dialect& dialect, std::string_view text) {
  const std::string_view name = text.substr(0, text.find('='));
  const std::string_view value = name.size() < text.size() ? text.substr(name.size() + 1) : std::string_view{};
  for (const DialectSetting& setting : dialect_settings()) {
    if (setting.name != name) continue;
    if (std::ranges::find(setting.values, value) == setting.values.end()) return fail(Errc::invalid_argument);
    setting.set(dialect, value);
    return {};
  }
  return fail(Errc::invalid_argument);
}

bool leaves_out(const VirtualOptions& options, std::string_view name) {
  return std::ranges::find(options.without, name) != options.without.end();
}

// PINs of the new card from --pin-fd or --pin-file; the ones not named keep their defaults.
Status take_pins(const GlobalOptions& options, Personalisation& what) {
  if (options.pin_fd < 0 && options.pin_file.empty()) return {};
  MYNA_TRY(const PinLines lines, read_stored_pins(options));
  if (const auto auth = lines.value("auth", false)) what.auth_pin = *auth;
  if (const auto sign = lines.value("sign", false)) what.sign_password = *sign;
  if (const auto text = lines.value("text", false)) what.text_pin = *text;
  if (const auto juki = lines.value("juki", false)) what.juki_pin = *juki;
  return {};
}

Result<Personalisation> wanted_card(const Context& context) {
  const VirtualOptions& options = context.invocation.virtual_card;
  Personalisation what;
  what.kind = kind_of(options.kind);
  what.photo = options.photo == "large" ? PhotoSize::large : PhotoSize::small;
  what.with_auth_certificate = !leaves_out(options, "auth");
  what.with_sign_certificate = !leaves_out(options, "sign");
  what.issued = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  for (const std::string& setting : options.dialect) MYNA_CHECK(apply_setting(what.dialect, setting));
  MYNA_CHECK(take_pins(context.global(), what));
  return what;
}

std::filesystem::path directory_of(const Context& context) {
  return virtual_directory(context.invocation.virtual_card.directory);
}

Result<Served> open_directory(const Context& context) {
  const auto deadline = std::chrono::milliseconds(static_cast<long>(context.global().timeout.value_or(2.0) * 1000));
  MYNA_TRY(auto directory, CardDirectory::open(directory_of(context), deadline));
  MYNA_TRY(CardImage image, directory.load());
  return Served{std::move(directory), std::move(image)};
}

Exit storage_exit(Context& context, const Error& error) {
  Error shown = error;
  if (error.code == Errc::storage_failed && error.native == EEXIST) shown.code = Errc::output_exists;
  return context.output.error(shown, directory_of(context).string());
}

void show_dialect(Output& output, const Dialect& dialect) {
  for (const DialectSetting& setting : dialect_settings()) {
    output.document()["dialect"][std::string(setting.name)] = setting.get(dialect);
    std::string values;
    for (const std::string_view value : setting.values) values += (values.empty() ? "" : "|") + std::string(value);
    output.line("  " + std::string(setting.name) + '=' + std::string(setting.get(dialect)) + "  (" + values + ") " +
                output.words()(setting.meaning));
  }
}

const PinRow* row_of(const ImageApplication& application, const ImagePin& pin) {
  const auto rows = my_number_profile().pins;
  const auto found = std::ranges::find_if(
      rows, [&](const PinRow& row) { return row.file == pin.file && equal(row.application, application.aid); });
  return found == rows.end() ? nullptr : &*found;
}

void for_each_pin(const CardImage& image, const std::function<void(const PinRow&, const ImagePin&)>& use) {
  for (const ImageApplication& application : image.applications) {
    for (const ImagePin& pin : application.pins) {
      if (const PinRow* row = row_of(application, pin)) use(*row, pin);
    }
  }
}

void show_pins(Output& output, const CardImage& image) {
  output.document()["pins"] = Json::array();
  for_each_pin(image, [&output](const PinRow& row, const ImagePin& pin) {
    const PinStatus status = PinStatus::counted(pin.remaining, pin.maximum);
    output.document()["pins"].push_back(pin_json({&row, status}));
    show_pin(output, {&row, status});
  });
}

// As the lines of a PIN file. Not the ones that somebody gave.
void show_default_pins(Context& context, const CardImage& image) {
  if (context.has_stored_pin()) return;
  for_each_pin(image, [&context](const PinRow& row, const ImagePin& pin) {
    context.output.document()["pins"][std::string(row.name)] = pin.value;
    context.output.line(std::string(row.name) + '=' + pin.value);
  });
}

// At once and not with the rest of the output: somebody waits for this line.
void announce(const Context& context, const CardImage& image) {
  const std::string text = context.words()({"Inserted: virtual card (not a real one), ", "挿入しました: 仮想カード（本物ではありません）, "});
  (void)show(kStandardOutput, Shown::line(text + image.kind));
}

void announce_fault(FaultKind kind) { (void)show(kStandardOutput, Shown::line("fault: " + std::string(to_string(kind)))); }

// AT:KIND. Errc::invalid_argument.
Result<Fault> parse_fault(const std::string& text) {
  const std::size_t colon = text.find(':');
  const auto kind = colon == std::string::npos ? std::nullopt : fault_by_name(std::string_view(text).substr(colon + 1));
  std::uint32_t at = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + std::min(colon, text.size()), at);
  if (!kind || error != std::errc{} || end != text.data() + colon) return fail(Errc::invalid_argument);
  return Fault{.at = at, .kind = *kind};
}

Status add_link(const VirtualOptions& options, CardImage& image) {
  image.latency.command = std::chrono::microseconds(static_cast<long>(options.latency * 1000));
  for (const std::string& text : options.faults) {
    MYNA_TRY(const Fault fault, parse_fault(text));
    image.faults.push_back(fault);
  }
  return {};
}

}  // namespace

Exit run_virtual_create(Context& context) {
  const auto what = wanted_card(context);
  if (!what) return context.output.error(what.error());
  auto image = personalise(*what);
  if (!image) return context.output.error(image.error());
  if (const Status link = add_link(context.invocation.virtual_card, *image); !link) return context.output.error(link.error());
  const Status created = CardDirectory::create(directory_of(context), *image);
  if (!created) return storage_exit(context, created.error());
  context.output.document()["directory"] = directory_of(context).string();
  context.output.field({"Virtual card made (not a real card)", "仮想カードを作成しました（本物ではありません）"}, directory_of(context).string());
  show_default_pins(context, *image);
  return Exit::good;
}

Exit run_virtual_serve(Context& context) {
  auto served = open_directory(context);
  if (!served) return storage_exit(context, served.error());
  const CardDirectory& directory = served->directory;
  auto card = VirtualCard::create(served->image, [&directory](const CardImage& now) { return directory.save_pins(now); });
  if (!card) return context.output.error(card.error());
  const int port = context.invocation.virtual_card.port;
  const Status ended = serve_vpcd(*card, port != 0 ? static_cast<std::uint16_t>(port) : kVpcdPort, context.stop,
                                  {.inserted = [&] { announce(context, served->image); }, .fault = announce_fault,
                                   .exchanged = [&](ByteView command, ByteView answer) {
                                     count_exchange(context.statistics, command, answer.size());
                                   }});
  return ended ? Exit::good : context.output.error(ended.error(), "vpcd");
}

Exit run_virtual_info(Context& context) {
  const auto card = open_directory(context);
  if (!card) return storage_exit(context, card.error());
  context.output.document()["kind"] = card->image.kind;
  context.output.document()["not_a_real_card"] = true;
  context.output.field({"Virtual card (not a real one), kind", "仮想カード（本物ではありません）の種類"}, card->image.kind);
  show_pins(context.output, card->image);
  context.output.line(context.words()({"Dialect:", "方言:"}));
  show_dialect(context.output, card->image.dialect);
  return Exit::good;
}

Exit run_virtual_reset(Context& context) {
  auto card = open_directory(context);
  if (!card) return storage_exit(context, card.error());
  for (ImageApplication& application : card->image.applications) {
    for (ImagePin& pin : application.pins) pin.remaining = pin.maximum;
  }
  const Status saved = card->directory.save_pins(card->image);
  if (!saved) return storage_exit(context, saved.error());
  show_pins(context.output, card->image);
  return Exit::good;
}

}  // namespace myna::cli

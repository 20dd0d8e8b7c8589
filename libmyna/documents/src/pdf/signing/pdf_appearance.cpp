// SPDX-License-Identifier: Apache-2.0
#include "pdf_appearance.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>

#include "pdf/reading/pdf_fields.hpp"
#include "pdf_picture.hpp"

namespace myna::pdf {
namespace {

constexpr double kMargin = 2;        // points inside the frame
constexpr double kLargest = 24;      // points; larger text shouts
constexpr double kMeasured = 10;     // points at which the text is measured before it is fitted

struct ContextDeleter {
  void operator()(cairo_t* context) const noexcept { cairo_destroy(context); }
};
using Context = std::unique_ptr<cairo_t, ContextDeleter>;
struct ObjectDeleter {
  void operator()(void* object) const noexcept { g_object_unref(object); }
};
using Layout = std::unique_ptr<PangoLayout, ObjectDeleter>;
struct DescriptionDeleter {
  void operator()(PangoFontDescription* description) const noexcept { pango_font_description_free(description); }
};
using Description = std::unique_ptr<PangoFontDescription, DescriptionDeleter>;

std::string date_of(std::chrono::sys_seconds time) {
  const std::time_t clock = time.time_since_epoch().count();
  std::tm local{};
  localtime_r(&clock, &local);
  std::array<char, 48> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S %z", &local);
  return text.data();
}

cairo_status_t collect(void* to, const unsigned char* data, unsigned int count) {
  append(*static_cast<Bytes*>(to), {data, count});
  return CAIRO_STATUS_SUCCESS;
}

void draw_frame(cairo_t* cairo, const PdfVisible& visible) {
  cairo_set_line_width(cairo, 0.5);
  cairo_rectangle(cairo, 0.25, 0.25, visible.width - 0.5, visible.height - 0.5);
  cairo_stroke(cairo);
}

// At the left, at most half of the width; gives how much it takes.
double draw_picture(cairo_t* cairo, const PdfVisible& visible, cairo_surface_t* picture) {
  const double width = cairo_image_surface_get_width(picture), height = cairo_image_surface_get_height(picture);
  const double room = std::max(visible.height - 2 * kMargin, 1.0);
  const double scale = std::min(room / height, (visible.width / 2 - kMargin) / width);
  cairo_save(cairo);
  cairo_translate(cairo, kMargin, (visible.height - height * scale) / 2);
  cairo_scale(cairo, scale, scale);
  cairo_set_source_surface(cairo, picture, 0, 0);
  cairo_paint(cairo);
  cairo_restore(cairo);
  return width * scale + kMargin;
}

// The page is no screen: positions are not rounded to its points.
void draw_exactly(PangoLayout* layout) {
  PangoContext* context = pango_layout_get_context(layout);
  cairo_font_options_t* options = cairo_font_options_create();
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
  pango_cairo_context_set_font_options(context, options);
  cairo_font_options_destroy(options);
  pango_context_set_round_glyph_positions(context, FALSE);
  pango_context_set_language(context, pango_language_from_string("ja"));
  pango_layout_context_changed(layout);
}

void set_size(PangoLayout* layout, double points) {
  const Description description(pango_font_description_from_string("Sans"));
  pango_font_description_set_absolute_size(description.get(), points * PANGO_SCALE);
  pango_layout_set_font_description(layout, description.get());
}

// As large as the place allows, in the middle of its height. False where no font has a character.
bool draw_text(cairo_t* cairo, const PdfVisible& visible, double left, const std::string& text) {
  const Layout layout(pango_cairo_create_layout(cairo));
  draw_exactly(layout.get());
  pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
  set_size(layout.get(), kMeasured);
  int width = 0, height = 0;
  pango_layout_get_size(layout.get(), &width, &height);
  const double x = left + kMargin, wide = visible.width - x - kMargin, high = visible.height - 2 * kMargin;
  const double scale = std::min(wide * PANGO_SCALE / std::max(width, 1), high * PANGO_SCALE / std::max(height, 1));
  set_size(layout.get(), std::clamp(kMeasured * scale, 0.5, kLargest));
  pango_layout_get_size(layout.get(), &width, &height);
  cairo_move_to(cairo, x, (visible.height - static_cast<double>(height) / PANGO_SCALE) / 2);
  pango_cairo_show_layout(cairo, layout.get());
  return pango_layout_get_unknown_glyphs_count(layout.get()) == 0;
}

// A PDF of one page with nothing but the appearance.
Result<Bytes> draw(const PdfVisible& visible, const std::string& text) {
  Surface picture;
  if (!visible.picture.empty()) {
    MYNA_TRY(picture, load_picture(visible.picture));
  }
  Bytes pdf;
  const Surface surface(cairo_pdf_surface_create_for_stream(collect, &pdf, visible.width, visible.height));
  const Context cairo(cairo_create(surface.get()));
  draw_frame(cairo.get(), visible);
  const double left = picture ? draw_picture(cairo.get(), visible, picture.get()) : 0;
  const bool readable = draw_text(cairo.get(), visible, left, text);
  cairo_show_page(cairo.get());
  cairo_surface_finish(surface.get());
  if (!readable) return fail(Errc::document_unsupported);
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) return fail(Errc::crypto_failed);
  return pdf;
}

// Copies objects of another PDF with everything that they refer to, under new numbers.
class Importer {
 public:
  explicit Importer(RevisionWriter& writer) : writer_(writer) {}

  std::string text(QPDFObjectHandle object) {
    if (object.isIndirect()) return reference(id_of(object));
    if (object.isDictionary()) return open_dictionary(object, {}) + " >>";
    if (!object.isArray()) return object.unparse();
    std::string list = "[";
    for (int i = 0; i < object.getArrayNItems(); ++i) list += ' ' + text(object.getArrayItem(i));
    return list + " ]";
  }

  std::string open_dictionary(QPDFObjectHandle dictionary, const std::string& without) {
    std::string list = "<<";
    for (const std::string& key : dictionary.getKeys()) {
      if (key != without) list += ' ' + QPDFObjectHandle::newName(key).unparse() + ' ' + text(dictionary.getKey(key));
    }
    return list;
  }

  void write_stream(int id, const std::string& dictionary, QPDFObjectHandle stream) {
    const auto data = stream.getRawStreamData();
    writer_.stream(id, dictionary, {data->getBuffer(), data->getSize()});
  }

  void write_waiting() {
    while (!waiting_.empty()) {
      auto [id, object] = waiting_.back();
      waiting_.pop_back();
      if (object.isStream()) write_stream(id, open_dictionary(object.getDict(), "/Length"), object);
      else writer_.object(id, 0, direct_text(object));
    }
  }

 private:
  std::string direct_text(QPDFObjectHandle object) {
    QPDFObjectHandle direct = object.isDictionary() || object.isArray() ? object.shallowCopy() : object;
    return direct.isIndirect() ? direct.unparseResolved() : text(direct);
  }

  int id_of(QPDFObjectHandle object) {
    const auto [at, is_new] = ids_.try_emplace(object.getObjGen(), 0);
    if (is_new) {
      at->second = writer_.new_id();
      waiting_.emplace_back(at->second, object);
    }
    return at->second;
  }

  RevisionWriter& writer_;
  std::map<QPDFObjGen, int> ids_;
  std::vector<std::pair<int, QPDFObjectHandle>> waiting_;
};

// Counter-clockwise, against the page's rotation (ISO 32000-1, 12.5.5: the turned box is fitted into /Rect).
std::string_view matrix_for(int rotate) {
  if (rotate == 90) return "[ 0 1 -1 0 0 0 ]";
  if (rotate == 180) return "[ -1 0 0 -1 0 0 ]";
  return rotate == 270 ? "[ 0 -1 1 0 0 0 ]" : "[ 1 0 0 1 0 0 ]";
}

}  // namespace

Status check_appearance(const PdfVisible& visible) {
  return guarded([&]() -> Status {
    MYNA_CHECK(draw(visible, "署名\n" + date_of({})));
    return {};
  });
}

Result<int> write_appearance(RevisionWriter& writer, const PdfVisible& visible, int rotate, const std::string& name,
                             std::chrono::sys_seconds time) {
  MYNA_TRY(const Bytes drawn, draw(visible, name + '\n' + date_of(time)));
  QPDF pdf;
  pdf.processMemoryFile("appearance", reinterpret_cast<const char*>(drawn.data()), drawn.size());
  QPDFObjectHandle page = pdf.getAllPages().at(0), content = page.getKey("/Contents");
  Importer importer(writer);
  const int id = writer.new_id();
  std::string form = importer.open_dictionary(content.getDict(), "/Length") + " /Type /XObject /Subtype /Form /BBox " +
                     importer.text(page.getKey("/MediaBox")) + " /Resources " + importer.text(page.getKey("/Resources")) + " /Matrix ";
  form += matrix_for(rotate);
  importer.write_stream(id, form, content);
  importer.write_waiting();
  return id;
}

}  // namespace myna::pdf

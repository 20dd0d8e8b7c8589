// SPDX-License-Identifier: Apache-2.0
#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "jp2_header.hpp"
#include "myna/pictures/picture.hpp"

namespace myna {
namespace {

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using Stream = std::unique_ptr<opj_stream_t, Deleter<opj_stream_destroy>>;
using Codec = std::unique_ptr<opj_codec_t, Deleter<opj_destroy_codec>>;
using Image = std::unique_ptr<opj_image_t, Deleter<opj_image_destroy>>;

constexpr OPJ_SIZE_T kBuffer = 1 << 16;
constexpr OPJ_SIZE_T kNothingMore = static_cast<OPJ_SIZE_T>(-1);

// OpenJPEG reads and writes at a position that it moves itself.
struct Source {
  ByteView data;
  std::size_t at = 0;
};
struct Sink {
  Bytes data;
  std::size_t at = 0;
};

OPJ_SIZE_T read_some(void* buffer, OPJ_SIZE_T size, void* user) {
  Source& source = *static_cast<Source*>(user);
  const std::size_t count = std::min<std::size_t>(size, source.data.size() - source.at);
  if (count == 0) return kNothingMore;
  std::memcpy(buffer, source.data.data() + source.at, count);
  source.at += count;
  return count;
}

OPJ_OFF_T skip_in_source(OPJ_OFF_T distance, void* user) {
  Source& source = *static_cast<Source*>(user);
  if (distance < 0) return -1;
  const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(distance), source.data.size() - source.at);
  source.at += count;
  return static_cast<OPJ_OFF_T>(count);
}

OPJ_BOOL seek_in_source(OPJ_OFF_T place, void* user) {
  Source& source = *static_cast<Source*>(user);
  if (place < 0 || static_cast<std::size_t>(place) > source.data.size()) return OPJ_FALSE;
  source.at = static_cast<std::size_t>(place);
  return OPJ_TRUE;
}

OPJ_SIZE_T write_some(void* buffer, OPJ_SIZE_T size, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (sink.data.size() < sink.at + size) sink.data.resize(sink.at + size);
  std::memcpy(sink.data.data() + sink.at, buffer, size);
  sink.at += size;
  return size;
}

OPJ_BOOL seek_in_sink(OPJ_OFF_T place, void* user) {
  Sink& sink = *static_cast<Sink*>(user);
  if (place < 0) return OPJ_FALSE;
  sink.at = static_cast<std::size_t>(place);
  if (sink.data.size() < sink.at) sink.data.resize(sink.at);
  return OPJ_TRUE;
}

OPJ_OFF_T skip_in_sink(OPJ_OFF_T distance, void* user) {
  return seek_in_sink(static_cast<OPJ_OFF_T>(static_cast<Sink*>(user)->at) + distance, user) ? distance : -1;
}

Stream input_stream(Source& source) {
  Stream stream(opj_stream_create(kBuffer, OPJ_TRUE));
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.data.size());
  opj_stream_set_read_function(stream.get(), read_some);
  opj_stream_set_skip_function(stream.get(), skip_in_source);
  opj_stream_set_seek_function(stream.get(), seek_in_source);
  return stream;
}

Stream output_stream(Sink& sink) {
  Stream stream(opj_stream_create(kBuffer, OPJ_FALSE));
  opj_stream_set_user_data(stream.get(), &sink, nullptr);
  opj_stream_set_write_function(stream.get(), write_some);
  opj_stream_set_skip_function(stream.get(), skip_in_sink);
  opj_stream_set_seek_function(stream.get(), seek_in_sink);
  return stream;
}

Image grey_image(const Picture& picture) {
  opj_image_cmptparm_t component{};
  component.dx = component.dy = 1;
  component.w = picture.width;
  component.h = picture.height;
  component.prec = 8;
  Image image(opj_image_create(1, &component, OPJ_CLRSPC_GRAY));
  if (!image) return image;
  image->x1 = picture.width;
  image->y1 = picture.height;
  std::ranges::copy(picture.grey, image->comps[0].data);
  return image;
}

// Small pictures take fewer halvings than the library's default of six.
int resolutions_for(const Picture& picture) {
  int count = 1;
  for (std::uint32_t side = std::min(picture.width, picture.height); side >= 2 && count < 6; side /= 2) ++count;
  return count;
}

Result<Picture> picture_of(const opj_image_t& image) {
  if (image.numcomps != 1) return fail(Errc::malformed);
  const opj_image_comp_t& component = image.comps[0];
  const bool usable = component.prec == 8 && component.sgnd == 0 && component.data != nullptr && picture_fits(component.w, component.h);
  if (!usable) return fail(Errc::malformed);
  Picture picture{.width = component.w, .height = component.h, .grey = Bytes(std::size_t{component.w} * component.h)};
  for (std::size_t i = 0; i < picture.grey.size(); ++i) picture.grey[i] = static_cast<Byte>(std::clamp(component.data[i], 0, 255));
  return picture;
}

}  // namespace

Result<Bytes> encode_jp2(const Picture& picture, std::size_t at_most) {
  if (picture.grey.size() != std::size_t{picture.width} * picture.height || picture.grey.empty()) return fail(Errc::invalid_argument);
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = at_most == 0 ? 0 : static_cast<float>(picture.grey.size()) / static_cast<float>(at_most);   // 0: lossless
  parameters.irreversible = at_most == 0 ? 0 : 1;
  parameters.cp_disto_alloc = 1;
  parameters.numresolution = resolutions_for(picture);
  const Codec codec(opj_create_compress(OPJ_CODEC_JP2));
  const Image image = grey_image(picture);
  Sink sink;
  const Stream stream = output_stream(sink);
  const bool done = codec && image && stream && opj_setup_encoder(codec.get(), &parameters, image.get()) &&
                    opj_start_compress(codec.get(), image.get(), stream.get()) && opj_encode(codec.get(), stream.get()) &&
                    opj_end_compress(codec.get(), stream.get());
  if (!done) return fail(Errc::crypto_failed);
  return std::move(sink.data);
}

Result<Picture> decode_jp2(ByteView jp2) {
  MYNA_CHECK(check_jp2_header(jp2));
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  Source source{.data = jp2};
  const Stream stream = input_stream(source);
  const Codec codec(opj_create_decompress(OPJ_CODEC_JP2));
  if (!stream || !codec || !opj_setup_decoder(codec.get(), &parameters)) return fail(Errc::crypto_failed);
  opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE);
  opj_image_t* header = nullptr;
  const bool readable = opj_read_header(stream.get(), codec.get(), &header) != 0;
  const Image image(header);
  if (!readable || !image) return fail(Errc::malformed);
  if (!opj_decode(codec.get(), stream.get(), image.get())) return fail(Errc::malformed);
  return picture_of(*image);
}

}  // namespace myna

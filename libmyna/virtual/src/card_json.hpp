// SPDX-License-Identifier: Apache-2.0
// The two JSON documents of a card directory. Contents of files and keys are files of their own, named here.
#pragma once

#include <functional>
#include <string>

#include "myna/card/card_image.hpp"
#include "myna/core/result.hpp"

namespace myna {

// card.json: kind, ATR, dialect, applications with their files, keys and PIN maxima.
std::string card_json(const CardImage& image);
// pins.json: value and counter of each PIN.
std::string pins_json(const CardImage& image);

// "D392F000260100000001/0001.bin", relative to the directory.
std::string content_path(ByteView aid, FileId file, std::string_view ending);

using ContentLoader = std::function<Result<Bytes>(const std::string& relative_path)>;

// Errc::malformed for anything that is not what the two functions above write; unknown members are ignored.
Result<CardImage> parse_card(const std::string& card, const std::string& pins, const ContentLoader& load);

}  // namespace myna

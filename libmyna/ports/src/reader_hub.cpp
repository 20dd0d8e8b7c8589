// SPDX-License-Identifier: Apache-2.0
#include "myna/ports/reader_hub.hpp"

#include <algorithm>

namespace myna {
namespace {

using Readers = std::vector<ReaderInfo>;

template <typename Predicate>
Readers those(const Readers& readers, Predicate predicate) {
  Readers chosen;
  std::ranges::copy_if(readers, std::back_inserter(chosen), predicate);
  return chosen;
}

Result<ReaderInfo> only(const Readers& candidates, Errc when_none) {
  if (candidates.empty()) return fail(when_none);
  if (candidates.size() > 1) return fail(Errc::reader_ambiguous);
  return candidates.front();
}

Result<ReaderInfo> by_name(const Readers& readers, std::string_view name) {
  const auto exact = std::ranges::find(readers, name, &ReaderInfo::name);
  if (exact != readers.end()) return *exact;
  const auto contains = [name](const ReaderInfo& r) { return r.name.find(name) != std::string::npos; };
  return only(those(readers, contains), Errc::reader_unknown);
}

Result<ReaderInfo> by_card(const Readers& readers) {
  const auto has_card = [](const ReaderInfo& r) { return r.state != ReaderState::empty; };
  const Readers with_card = those(readers, has_card);
  if (with_card.empty() && readers.size() > 1) return fail(Errc::no_card);
  return only(with_card.empty() ? readers : with_card, Errc::no_reader);
}

}  // namespace

void ReaderHub::add(std::unique_ptr<ReaderBackend> backend) { backends_.push_back(std::move(backend)); }

Result<Readers> ReaderHub::readers() {
  Readers all;
  std::optional<Error> first_error;
  bool any = false;
  for (const auto& backend : backends_) {
    const auto some = backend->readers();
    if (some) all.insert(all.end(), some->begin(), some->end());
    else if (!first_error) first_error = some.error();
    any = any || some.has_value();
  }
  if (!any && first_error) return Unexpected(*first_error);
  return all;
}

Result<ReaderInfo> ReaderHub::choose(std::string_view name) {
  MYNA_TRY(const Readers all, readers());
  if (all.empty()) return fail(Errc::no_reader);
  return name.empty() ? by_card(all) : by_name(all, name);
}

Result<std::unique_ptr<CardChannel>> ReaderHub::open(const ReaderInfo& reader) {
  for (const auto& backend : backends_) {
    auto channel = backend->open(reader);
    if (channel || channel.error().code != Errc::reader_unknown) return channel;
  }
  return fail(Errc::reader_unknown);
}

Result<ReaderEvent> ReaderHub::wait(std::stop_token stop, std::chrono::milliseconds at_most) {
  if (backends_.empty()) return fail(Errc::no_reader);
  return backends_.front()->wait(std::move(stop), at_most);
}

}  // namespace myna

#include "base/field_locations.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace ladder {

std::string JoinField(absl::string_view parent, absl::string_view name) {
  return absl::StrCat(parent, parent.empty() ? "" : ".", name);
}

absl::Status FieldLocations::Error(absl::string_view field_path, absl::string_view problem) const {
  const std::string place = Place(field_path);
  return absl::InvalidArgumentError(absl::StrCat(place, place.empty() ? "" : ": ", field_path,
                                                 field_path.empty() ? "" : " ", problem));
}

std::string FieldLocations::Place(absl::string_view field_path) const {
  absl::string_view path = field_path;
  auto found = locations_.find(path);
  if (found == locations_.end()) found = locations_.find(absl::StrCat(path, "[0]"));
  while (found == locations_.end() && !path.empty()) {
    const size_t end = path.find_last_of(".[");
    path = path.substr(0, end == absl::string_view::npos ? 0 : end);
    found = locations_.find(path);
  }
  return found == locations_.end() ? "" : found->second;
}

void FieldLocations::Record(absl::string_view field_path, absl::string_view location) {
  Forget(field_path);
  locations_.insert_or_assign(std::string(field_path), std::string(location));
}

void FieldLocations::Forget(absl::string_view field_path) {
  for (const absl::string_view inner : {".", "["}) {
    const std::string prefix = absl::StrCat(field_path, field_path.empty() ? "" : inner);
    auto it = locations_.lower_bound(prefix);
    while (it != locations_.end() && absl::StartsWith(it->first, prefix)) it = locations_.erase(it);
  }
  const auto self = locations_.find(field_path);
  if (self != locations_.end()) locations_.erase(self);
}

void FieldLocations::Add(absl::string_view field_path, const FieldLocations& later) {
  for (const auto& [path, location] : later.locations_) {
    locations_.insert_or_assign(
        path.empty() ? std::string(field_path) : JoinField(field_path, path), location);
  }
}

FieldLocations FieldLocations::Within(absl::string_view field_path) const {
  FieldLocations within;
  within.Record("", Place(field_path));
  const std::string prefix = absl::StrCat(field_path, ".");
  for (auto it = locations_.lower_bound(prefix);
       it != locations_.end() && absl::StartsWith(it->first, prefix); ++it) {
    within.locations_.emplace(it->first.substr(prefix.size()), it->second);
  }
  return within;
}

}  // namespace ladder

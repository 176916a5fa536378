#include "ladder/config_file.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/file.h"
#include "base/status_macros.h"

namespace ladder {
namespace {

struct FileAndVariant {
  std::string file;
  std::string variant;  // empty: none is named
};

FileAndVariant Split(const std::string& path) {
  std::error_code error;
  const size_t colon = path.find_last_of(":/");
  if (colon == std::string::npos || path[colon] != ':' ||
      std::filesystem::exists(ResolveUserPath(path), error)) {
    return {path, ""};
  }
  return {path.substr(0, colon), path.substr(colon + 1)};
}

// The same for one file under several names.
std::string Identity(const std::string& file) {
  std::error_code error;
  const std::string path = ResolveUserPath(file);
  const std::filesystem::path canonical = std::filesystem::weakly_canonical(path, error);
  return error ? path : canonical.string();
}

// A variant is written behind FILE: and names the folder of its run.
bool IsName(absl::string_view name) {
  return name[0] != '.' && std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
         });
}

absl::Status CheckNames(const Experiment& experiment, const FieldLocations& locations) {
  for (int i = 0; i < experiment.variants_size(); ++i) {
    const std::string path = absl::StrCat("variants[", i, "].name");
    const std::string& name = experiment.variants(i).name();
    if (name.empty()) return locations.Error(path, "is missing");
    if (!IsName(name)) {
      return locations.Error(
          path, absl::StrCat("must be letters, digits, _, - and, but for the first, dots, got \"",
                             name, "\""));
    }
    for (int other = 0; other < i; ++other) {
      if (experiment.variants(other).name() != name) continue;
      return locations.Error(path, absl::StrCat("is \"", name, "\", as variants[", other,
                                                "].name is; expected a name for each variant"));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> Names(const Experiment& experiment) {
  std::vector<std::string> names;
  for (const Variant& variant : experiment.variants()) names.push_back(variant.name());
  return names;
}

// Which of the variants is named; -1 if there are none.
absl::StatusOr<int> FindVariant(const Experiment& experiment, const FileAndVariant& path) {
  const std::vector<std::string> names = Names(experiment);
  const auto found = std::find(names.begin(), names.end(), path.variant);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  if (names.empty() && path.variant.empty()) return -1;
  return absl::InvalidArgumentError(
      names.empty()
          ? absl::StrCat(path.file, " has no variants, and so none called \"", path.variant, "\"")
      : path.variant.empty() ? absl::StrCat(path.file, " has several variants: write ", path.file,
                                            ":NAME with one of ", absl::StrJoin(names, ", "))
                             : absl::StrCat(path.file, " has no variant \"", path.variant,
                                            "\"; it has ", absl::StrJoin(names, ", ")));
}

Experiment ToExperiment(const Variant& variant) {
  Experiment experiment;
  if (variant.has_model()) *experiment.mutable_model() = variant.model();
  if (variant.has_data()) *experiment.mutable_data() = variant.data();
  if (variant.has_training()) *experiment.mutable_training() = variant.training();
  if (variant.has_deployment()) *experiment.mutable_deployment() = variant.deployment();
  if (variant.has_published()) *experiment.mutable_published() = variant.published();
  return experiment;
}

absl::Status ReadOwn(const std::string& file, Experiment* experiment, FieldLocations* locations) {
  LADDER_RETURN_IF_ERROR(ReadTextProto(file, experiment, locations));
  return CheckNames(*experiment, *locations);
}

// `above` are the files that stand on this one.
absl::StatusOr<Config> Read(const std::string& path, std::vector<std::string> above) {
  const FileAndVariant parts = Split(path);
  above.push_back(Identity(parts.file));
  if (std::find(above.begin(), above.end(), above.back()) != above.end() - 1) {
    return absl::InvalidArgumentError(absl::StrCat(parts.file, " stands on itself"));
  }
  Experiment own;
  FieldLocations locations;
  LADDER_RETURN_IF_ERROR(ReadOwn(parts.file, &own, &locations));
  LADDER_ASSIGN_OR_RETURN(const int number, FindVariant(own, parts));

  Config config;
  if (own.has_base()) {
    const std::string folder = parts.file.substr(0, parts.file.find_last_of('/') + 1);
    absl::StatusOr<Config> base = Read(JoinPath(folder, own.base()), std::move(above));
    if (!base.ok()) {
      return locations.Error("base",
                             absl::StrCat("\"", own.base(), "\": ", base.status().message()));
    }
    config = *std::move(base);
  }
  Experiment common = own;
  common.clear_base();
  common.clear_variants();
  MergeOver(common, locations, &config.experiment, &config.locations);
  config.locations.Forget("base");
  config.locations.Forget("variants");
  if (number < 0) {
    const std::string name = parts.file.substr(parts.file.find_last_of('/') + 1);
    config.name = std::string(absl::StripSuffix(name, ".pbtxt"));
    return config;
  }
  const Variant& variant = own.variants(number);
  MergeOver(ToExperiment(variant), locations.Within(absl::StrCat("variants[", number, "]")),
            &config.experiment, &config.locations);
  config.locations.Forget("name");
  config.name = variant.name();
  return config;
}

}  // namespace

absl::StatusOr<Config> ReadConfig(const std::string& path) { return Read(path, {}); }

absl::StatusOr<std::vector<std::string>> VariantNames(const std::string& file) {
  Experiment experiment;
  FieldLocations locations;
  LADDER_RETURN_IF_ERROR(ReadOwn(file, &experiment, &locations));
  return Names(experiment);
}

}  // namespace ladder

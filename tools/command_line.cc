#include "tools/command_line.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "google/protobuf/message.h"
#include "ladder/resolve.h"

// ParseCommandLine collects all of them here, one a line.
ABSL_FLAG(std::string, set, "",
          "FIELD.PATH=VALUE changes the config, such as --set=training.adam.learning_rate=0.001; "
          "may be given several times.");
ABSL_FLAG(absl::optional<uint64_t>, seed, absl::nullopt, "Short for --set=training.seed=...");
ABSL_FLAG(absl::optional<int32_t>, threads, absl::nullopt,
          "Short for --set=deployment.num_threads=...; the result does not depend on it.");

namespace ladder {
namespace {

// This program's flags, without those that libraries bring along.
std::map<std::string, absl::CommandLineFlag*> OwnFlags() {
  std::map<std::string, absl::CommandLineFlag*> flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (absl::StrContains(flag->Filename(), "tools/")) flags[std::string(name)] = flag;
  }
  return flags;
}

std::string Help(absl::string_view usage) {
  std::string help = absl::StrCat("usage: ", usage, "\n");
  for (const auto& [name, flag] : OwnFlags()) {
    absl::StrAppend(&help, "  --", name, flag->IsOfType<bool>() ? "" : "=...", "\n      ",
                    flag->Help(), "\n");
  }
  return help;
}

[[noreturn]] void UsageError(absl::string_view usage, absl::string_view problem) {
  std::fprintf(stderr, "%s; usage: %s; --help lists the flags\n", std::string(problem).c_str(),
               std::string(usage).c_str());
  std::exit(2);
}

std::string Absolute(const std::string& typed) {
  return std::filesystem::absolute(ResolveUserPath(typed)).string();
}

// The data files as the person who typed the command meant them: a run may be resumed or evaluated
// from another folder.
void MakePathsAbsolute(Data* data) {
  const google::protobuf::Reflection* reflection = data->GetReflection();
  std::vector<const google::protobuf::FieldDescriptor*> sources;
  reflection->ListFields(*data, &sources);
  for (const google::protobuf::FieldDescriptor* source : sources) {
    if (source->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) continue;
    google::protobuf::Message* files = reflection->MutableMessage(data, source);
    std::vector<const google::protobuf::FieldDescriptor*> paths;
    files->GetReflection()->ListFields(*files, &paths);
    const google::protobuf::Reflection& access = *files->GetReflection();
    for (const google::protobuf::FieldDescriptor* path : paths) {
      if (path->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) continue;
      if (path->is_repeated()) {
        for (int i = 0; i < access.FieldSize(*files, path); ++i) {
          access.SetRepeatedString(files, path, i,
                                   Absolute(access.GetRepeatedString(*files, path, i)));
        }
      } else {
        access.SetString(files, path, Absolute(access.GetString(*files, path)));
      }
    }
  }
}

}  // namespace

// Not absl::ParseCommandLine: that one keeps only the last of several --set, and leaves with 1.
std::vector<std::string> ParseCommandLine(int argc, char** argv, absl::string_view usage,
                                          int num_arguments) {
  const std::map<std::string, absl::CommandLineFlag*> flags = OwnFlags();
  std::vector<std::string> arguments;
  std::string sets;
  bool only_arguments = false;
  for (int i = 1; i < argc; ++i) {
    absl::string_view text = argv[i];
    if (only_arguments || !absl::ConsumePrefix(&text, "-") || text.empty()) {
      arguments.emplace_back(argv[i]);
      continue;
    }
    absl::ConsumePrefix(&text, "-");
    if (text.empty()) {  // after --, nothing is a flag
      only_arguments = true;
      continue;
    }
    if (text == "help") {
      std::printf("%s", Help(usage).c_str());
      std::exit(0);
    }
    const size_t equals = text.find('=');
    std::string name(text.substr(0, equals));
    bool is_negated = false;
    if (flags.count(name) == 0 && absl::StartsWith(name, "no")) {
      const auto positive = flags.find(name.substr(2));
      is_negated = positive != flags.end() && positive->second->IsOfType<bool>();
      if (is_negated) name = positive->first;
    }
    const auto flag = flags.find(name);
    if (flag == flags.end()) UsageError(usage, absl::StrCat("unknown flag ", argv[i]));
    std::string value;
    if (equals != absl::string_view::npos) {
      value = std::string(text.substr(equals + 1));
    } else if (flag->second->IsOfType<bool>()) {
      value = is_negated ? "false" : "true";
    } else if (i + 1 < argc) {
      value = argv[++i];
    } else {
      UsageError(usage, absl::StrCat("--", name, " has no value"));
    }
    std::string problem;
    if (name == "set") {
      absl::StrAppend(&sets, value, "\n");
    } else if (!flag->second->ParseFrom(value, &problem)) {
      UsageError(usage, absl::StrCat("--", name, "=", value, ": not a value of this flag",
                                     problem.empty() ? "" : ", ", problem));
    }
  }
  absl::SetFlag(&FLAGS_set, sets);
  const int got = static_cast<int>(arguments.size());
  if (num_arguments == kAtLeastOne ? got == 0 : got != num_arguments) {
    UsageError(usage, absl::StrCat("expected ",
                                   num_arguments == kAtLeastOne ? "at least 1 argument"
                                   : num_arguments == 1         ? "1 argument"
                                                        : absl::StrCat(num_arguments, " arguments"),
                                   " besides flags, got ", got));
  }
  return arguments;
}

absl::StatusOr<LoadedExperiment> LoadExperiment(const std::string& path) {
  LoadedExperiment loaded;
  Experiment experiment;
  LADDER_RETURN_IF_ERROR(ReadTextProto(path, &experiment, &loaded.locations));
  const auto set = [&](absl::string_view assignment) {
    return SetField(assignment, &experiment, &loaded.locations);
  };
  const std::string sets = absl::GetFlag(FLAGS_set);
  for (absl::string_view rest = sets; !rest.empty();) {
    const size_t end = rest.find('\n');
    LADDER_RETURN_IF_ERROR(set(rest.substr(0, end)));
    rest.remove_prefix(end == absl::string_view::npos ? rest.size() : end + 1);
  }
  if (const auto seed = absl::GetFlag(FLAGS_seed)) {
    LADDER_RETURN_IF_ERROR(set(absl::StrCat("training.seed=", *seed)));
  }
  if (const auto threads = absl::GetFlag(FLAGS_threads)) {
    LADDER_RETURN_IF_ERROR(set(absl::StrCat("deployment.num_threads=", *threads)));
  }
  LADDER_ASSIGN_OR_RETURN(loaded.experiment, Resolve(experiment, loaded.locations));
  MakePathsAbsolute(loaded.experiment.mutable_data());
  absl::string_view name = path;
  name = name.substr(name.find_last_of('/') + 1);
  loaded.name = std::string(absl::StripSuffix(name, ".pbtxt"));
  return loaded;
}

int ReportError(const absl::Status& status) {
  const std::string message = absl::StrReplaceAll(std::string(status.message()), {{"\n", " "}});
  std::fprintf(stderr, "%s\n", message.c_str());
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return 2;
    case absl::StatusCode::kOutOfRange:
      return 4;
    case absl::StatusCode::kCancelled:
      return 130;
    default:
      return 3;
  }
}

std::string QuotedCommandLine(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    const bool plain =
        !argument.empty() &&
        argument.find_first_not_of(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,[]@%+") ==
            absl::string_view::npos;
    absl::StrAppend(&line, i ? " " : "",
                    plain
                        ? std::string(argument)
                        : absl::StrCat("'", absl::StrReplaceAll(argument, {{"'", "'\\''"}}), "'"));
  }
  return line;
}

}  // namespace ladder

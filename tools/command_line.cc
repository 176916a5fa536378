#include "tools/command_line.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "ladder/resolve.h"

// A list, one assignment a line. ParseCommandLine joins the flags: absl keeps only the last.
ABSL_FLAG(std::string, set, "",
          "FIELD.PATH=VALUE changes the config, such as --set=training.adam.learning_rate=0.001; "
          "may be given several times.");
ABSL_FLAG(absl::optional<uint64_t>, seed, absl::nullopt, "Short for --set=training.seed=...");
ABSL_FLAG(absl::optional<int32_t>, threads, absl::nullopt,
          "Short for --set=deployment.num_threads=...; the result does not depend on it.");

namespace ladder {
namespace {

// Joins all --set flags to one, whose assignments are in lines of their own.
std::vector<std::string> JoinSets(int argc, char** argv) {
  std::vector<std::string> arguments;
  std::string sets;
  for (int i = 0; i < argc; ++i) {
    absl::string_view argument = argv[i];
    if (argument == "--") {
      arguments.insert(arguments.end(), argv + i, argv + argc);
      break;
    }
    if (!absl::ConsumePrefix(&argument, "--set=") && argument != "--set") {
      arguments.emplace_back(argument);
    } else if (argument == "--set" && i + 1 == argc) {
      arguments.emplace_back(argument);  // absl says what is missing
    } else {
      absl::StrAppend(&sets, argument == "--set" ? argv[++i] : argument, "\n");
    }
  }
  if (!sets.empty()) arguments.insert(arguments.begin() + 1, absl::StrCat("--set=", sets));
  return arguments;
}

}  // namespace

std::vector<std::string> ParseCommandLine(int argc, char** argv, absl::string_view usage,
                                          int num_arguments) {
  absl::SetProgramUsageMessage(usage);
  std::vector<std::string> arguments = JoinSets(argc, argv);
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  const std::vector<char*> rest =
      absl::ParseCommandLine(static_cast<int>(pointers.size()), pointers.data());
  if (static_cast<int>(rest.size()) != num_arguments + 1) {
    std::fprintf(stderr, "usage: %s\n", std::string(usage).c_str());
    std::exit(2);
  }
  return std::vector<std::string>(rest.begin() + 1, rest.end());
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

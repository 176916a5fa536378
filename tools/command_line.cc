#include "tools/command_line.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <system_error>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "base/field_rules.h"
#include "base/file.h"
#include "base/out_of_resources.h"
#include "base/status_macros.h"
#include "ladder/config_file.h"
#include "ladder/resolve.h"
#include "training/outcome.h"

// ParseCommandLine collects all of them here.
ABSL_FLAG(std::string, set, "",
          "FIELD.PATH=VALUE changes the config, such as --set=training.adam.learning_rate=0.001 or "
          "--set='model.layers[*].noise_stddev=0.2', of all layers; may be given several times.");
ABSL_FLAG(absl::optional<uint64_t>, seed, absl::nullopt, "Short for --set=training.seed=...");
ABSL_FLAG(absl::optional<int32_t>, threads, absl::nullopt,
          "Short for --set=deployment.num_threads=...; the result does not depend on it.");

namespace ladder {
namespace {

constexpr char kVersion[] = "ladder, unreleased (see CHANGELOG.md)";
// What the flag --set, of which there may be several, holds after each: no text has it.
constexpr char kSetEnd = '\0';
// What fits a screen: of a message, and of something typed that it repeats, in bytes.
constexpr size_t kMaxMessage = 2000;
constexpr size_t kMaxEcho = 200;

using Flags = std::map<std::string, absl::CommandLineFlag*>;

// This program's flags, without those that libraries bring along.
Flags OwnFlags(absl::Span<const absl::string_view> config_flags) {
  const auto has = [](absl::Span<const absl::string_view> names, absl::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  Flags flags;
  for (const auto& [name, flag] : absl::GetAllFlags()) {
    if (!absl::StrContains(flag->Filename(), "tools/")) continue;
    if (!has(kConfigFlags, name) || has(config_flags, name)) flags[std::string(name)] = flag;
  }
  return flags;
}

// What may stand behind "--name=".
absl::string_view TypeOf(const absl::CommandLineFlag& flag) {
  if (flag.IsOfType<std::string>() || flag.IsOfType<absl::optional<std::string>>()) return "TEXT";
  if (flag.IsOfType<double>() || flag.IsOfType<absl::optional<double>>()) return "NUMBER";
  return "INTEGER";
}

std::string Help(absl::string_view usage, const Flags& flags) {
  std::string help = absl::StrCat("usage: ", usage, "\n");
  for (const auto& [name, flag] : flags) {
    const std::string value = flag->DefaultValue();
    const std::string type =
        flag->IsOfType<bool>() ? absl::StrCat(" or --no", name) : absl::StrCat("=", TypeOf(*flag));
    absl::StrAppend(&help, "  --", name, type, "  (default: ", value.empty() ? "none" : value,
                    ")\n      ", flag->Help(), "\n");
  }
  absl::StrAppend(&help,
                  "  --help, -h\n      Print this.\n  --version\n      Print the version.\n");
  return help;
}

// The text without its middle where it is longer than `size`.
std::string Shortened(absl::string_view text, size_t size) {
  if (text.size() <= size) return std::string(text);
  const auto is_within = [&text](size_t i) { return (text[i] & 0xc0) == 0x80; };  // a character
  size_t begin = size / 2, end = text.size() - size / 2;
  while (begin > 0 && is_within(begin)) --begin;
  while (end < text.size() && is_within(end)) ++end;
  return absl::StrCat(text.substr(0, begin), "...", text.substr(end));
}

// As one line, that does nothing to a terminal.
std::string OneLine(absl::string_view text) {
  std::string line;
  for (const char c : text) {
    if (c == '\n') {
      line += ' ';
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      absl::StrAppend(&line, "\\x", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    } else {
      line += c;
    }
  }
  return line;
}

[[noreturn]] void UsageError(absl::string_view usage, absl::string_view problem) {
  std::fprintf(stderr, "%s; usage: %s; --help lists the flags\n", OneLine(problem).c_str(),
               std::string(usage).c_str());
  std::exit(2);
}

// Else the next file that is opened would be what stderr prints into. Each is opened such that its
// use fails as that of a closed one does.
void OpenStandardStreams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest number that is free, and all below are taken: this one.
    if (open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) != stream) _exit(3);
  }
}

}  // namespace

// Not absl::ParseCommandLine: that one keeps only the last of several --set, and leaves with 1.
std::vector<std::string> ParseCommandLine(int argc, char** argv, absl::string_view usage,
                                          int num_arguments,
                                          absl::Span<const absl::string_view> config_flags) {
  OpenStandardStreams();
  EndWhenOutOfResources();
  const Flags flags = OwnFlags(config_flags);
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
    if (text == "help" || text == "h") {
      std::printf("%s", Help(usage, flags).c_str());
      std::exit(Finish(0));
    }
    if (text == "version") {
      std::printf("%s\n", kVersion);
      std::exit(Finish(0));
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
    if (flag == flags.end())
      UsageError(usage, absl::StrCat("unknown flag ", Shortened(argv[i], kMaxEcho)));
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
    if (value.empty()) UsageError(usage, absl::StrCat("--", name, "= has no value"));
    std::string problem;
    if (name == "set") {
      absl::StrAppend(&sets, value, absl::string_view(&kSetEnd, 1));
    } else if (!flag->second->ParseFrom(value, &problem)) {
      // What is wrong repeats the value.
      UsageError(usage, absl::StrCat("--", name, "=", Shortened(value, kMaxEcho),
                                     ": not a value of this flag", problem.empty() ? "" : ", ",
                                     Shortened(problem, kMaxEcho)));
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

absl::StatusOr<LoadedExperiment> LoadExperiment(const std::string& path,
                                                absl::Span<const std::string> sets) {
  absl::StatusOr<Config> config = ReadConfig(path);
  if (!config.ok()) {
    if (absl::IsInvalidArgument(config.status()) && !absl::StrContains(path, ".pbtxt")) {
      return absl::InvalidArgumentError(
          absl::StrCat(config.status().message(),
                       "; expected a config (.pbtxt), which names the data: "
                       "configs/table.pbtxt and images.pbtxt are made to be copied"));
    }
    return config.status();
  }
  const auto set = [&](absl::string_view assignment) {
    return SetField(assignment, &config->experiment, &config->locations);
  };
  const std::string flag = absl::GetFlag(FLAGS_set);
  for (const absl::string_view assignment : absl::StrSplit(flag, kSetEnd, absl::SkipEmpty())) {
    LADDER_RETURN_IF_ERROR(set(assignment));
  }
  if (const auto seed = absl::GetFlag(FLAGS_seed)) {
    LADDER_RETURN_IF_ERROR(set(absl::StrCat("training.seed=", *seed)));
  }
  if (const auto threads = absl::GetFlag(FLAGS_threads)) {
    LADDER_RETURN_IF_ERROR(set(absl::StrCat("deployment.num_threads=", *threads)));
  }
  for (const std::string& assignment : sets) LADDER_RETURN_IF_ERROR(set(assignment));
  LoadedExperiment loaded;
  LADDER_ASSIGN_OR_RETURN(loaded.experiment, Resolve(config->experiment, config->locations));
  MakePathsAbsolute(&loaded.experiment);
  loaded.locations = std::move(config->locations);
  loaded.name = std::move(config->name);
  return loaded;
}

int ReportError(const absl::Status& status) {
  const std::string message = OneLine(Shortened(status.message(), kMaxMessage));
  std::fprintf(stderr, "%s\n", message.c_str());
  if (IsDiverged(status)) return 4;
  if (IsInterrupted(status)) return 130;
  return absl::IsInvalidArgument(status) ? 2 : 3;
}

int Finish(const absl::Status& status) { return Finish(status.ok() ? 0 : ReportError(status)); }

int Finish(int exit_code) {
  errno = 0;
  // An error may have come up long before, and its reason is forgotten then.
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (!failed || exit_code == 2 || exit_code == 3) return exit_code;
  std::fprintf(stderr, "cannot write the output: %s\n",
               errno != 0 ? std::strerror(errno) : "the disk is full, or nobody reads it");
  return 3;
}

std::string Quoted(absl::string_view argument) {
  const bool plain =
      !argument.empty() &&
      argument.find_first_not_of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=./:,@%+") ==
          absl::string_view::npos;
  return plain ? std::string(argument)
               : absl::StrCat("'", absl::StrReplaceAll(argument, {{"'", "'\\''"}}), "'");
}

std::string QuotedCommandLine(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) absl::StrAppend(&line, i ? " " : "", Quoted(argv[i]));
  return line;
}

std::string ResumeCommandLine(int argc, char** argv, absl::string_view output_dir) {
  // Behind the program's name: behind "--" they would be no flags.
  std::string line = absl::StrCat(Quoted(argv[0]), " --resume ",
                                  Quoted(absl::StrCat("--output_dir=", output_dir)));
  bool only_arguments = false;
  for (int i = 1; i < argc; ++i) {
    absl::string_view text = argv[i];
    only_arguments = only_arguments || text == "--";
    if (!only_arguments && absl::ConsumePrefix(&text, "-")) {
      absl::ConsumePrefix(&text, "-");
      const absl::string_view name = text.substr(0, text.find('='));
      if (text == "output_dir") ++i;  // and its value
      if (name == "resume" || name == "noresume" || name == "output_dir") continue;
    }
    absl::StrAppend(&line, " ", Quoted(argv[i]));
  }
  return line;
}

}  // namespace ladder

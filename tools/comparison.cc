#include "tools/comparison.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/json_text.h"
#include "base/text_proto.h"
#include "base/text_table.h"
#include "google/protobuf/util/message_differencer.h"
#include "nlohmann/json.hpp"
#include "tools/seeds.h"
#include "training/progress.h"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;
using Table = std::vector<std::vector<std::string>>;

// What runs of one config have in common.
Experiment CommonConfig(const RunRecord& run) {
  Experiment config = run.experiment;
  config.clear_deployment();
  config.clear_published();
  config.mutable_training()->clear_seed();
  config.mutable_data()->clear_seed();
  config.mutable_data()->clear_fold();
  return config;
}

// The same for the runs of one config alone.
std::string Key(const RunRecord& run) {
  Experiment config = CommonConfig(run);
  if (!run.experiment.data().has_fold()) return PrintTextProto(config);
  // The folds of one cross-validation have as many epochs as make the same steps with the rows that
  // are left, and lie in one folder.
  config.mutable_training()->clear_num_epochs();
  return absl::StrCat(std::filesystem::path(run.path).parent_path().string(), "\n",
                      PrintTextProto(config));
}

std::string Difference(const Experiment& first, const Experiment& other) {
  google::protobuf::util::MessageDifferencer differencer;
  std::string text;
  differencer.ReportDifferencesToString(&text);
  differencer.Compare(first, other);
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{"\n", "; "}});
}

std::string Percent(double value) { return absl::StrFormat("%.2f", value); }

// A standard error has a digit more: it is the smaller by the root of the number of runs.
std::string Percent(const absl::optional<double>& value, int digits) {
  return value ? absl::StrFormat("%.*f", digits, *value) : "-";
}

// Numbers to predict have no percent: their errors are squared, in standardized units.
bool IsOfNumbers(const ConfigResults& results) {
  return results.runs.front().experiment.model().target() == Model::NUMBERS;
}

std::string ErrorText(const ConfigResults& results, const absl::optional<double>& value,
                      int digits) {
  return value && IsOfNumbers(results) ? absl::StrFormat("%.4g", *value) : Percent(value, digits);
}

// The mean, lowest or highest, if there is an error at all.
std::string ErrorText(const ConfigResults& results, const Statistics& errors, double value) {
  return ErrorText(results, errors.count > 0 ? absl::make_optional(value) : absl::nullopt, 2);
}

// "seed 1, fold 2"
std::string RunName(const RunRecord& run) {
  const Data& data = run.experiment.data();
  return absl::StrCat("seed ", run.experiment.training().seed(),
                      data.has_fold() ? absl::StrCat(", fold ", data.fold()) : "");
}

absl::optional<double> StandardDeviation(const Published& published) {
  return published.has_standard_deviation() ? absl::make_optional(published.standard_deviation())
                                            : absl::nullopt;
}

absl::optional<double> StandardError(const Published& published) {
  return published.has_standard_error() ? absl::make_optional(published.standard_error())
                                        : absl::nullopt;
}

std::string PublishedText(const Published& published) {
  std::string text = Percent(published.mean());
  if (published.has_standard_deviation()) {
    absl::StrAppend(&text, " (", Percent(published.standard_deviation()), ")");
  } else if (published.has_standard_error()) {
    absl::StrAppend(&text, " (error of the mean ", Percent(published.standard_error()), ")");
  }
  return text;
}

int NumFinished(const ConfigResults& results) {
  return static_cast<int>(
      std::count_if(results.runs.begin(), results.runs.end(),
                    [](const RunRecord& run) { return run.state == RunRecord::kFinished; }));
}

// How many runs the mean is of: "10", or "9 of 10" if others have not finished.
std::string NumRuns(const ConfigResults& results) {
  const int finished = NumFinished(results);
  const int all = static_cast<int>(results.runs.size());
  return finished == all ? absl::StrCat(all) : absl::StrCat(finished, " of ", all);
}

std::string Seeds(const ConfigResults& results) {
  std::vector<uint64_t> seeds;
  for (const RunRecord& run : results.runs) {
    const uint64_t seed = run.experiment.training().seed();
    if (seeds.empty() || seeds.back() != seed) seeds.push_back(seed);  // once for all folds
  }
  return FormatSeeds(seeds);
}

// "AMD EPYC 9B14, 1 thread": of all runs, mostly one.
std::string Machines(const ConfigResults& results) {
  std::set<std::string> machines;
  for (const RunRecord& run : results.runs) {
    if (run.threads == 0) continue;
    machines.insert(
        absl::StrCat(run.processor, ", ", run.threads, " thread", run.threads == 1 ? "" : "s"));
  }
  return machines.empty() ? "-" : absl::StrJoin(machines, "; ");
}

bool HasValidation(const std::vector<ConfigResults>& configs) {
  return std::any_of(configs.begin(), configs.end(), [](const ConfigResults& results) {
    return results.validation_error.count > 0;
  });
}

Table Summary(const std::vector<ConfigResults>& configs) {
  // Who has validation rows chooses by them, and so sees them first.
  const bool has_validation = HasValidation(configs);
  Table table = {{"config"}};
  const auto add = [&](const std::vector<std::string>& cells) {
    table.back().insert(table.back().end(), cells.begin(), cells.end());
  };
  if (has_validation) add({"validation", "se"});
  add({"mean", "sd", "se", "best", "worst", "runs", "seeds", "published", "source", "time a run",
       "machine"});
  for (const ConfigResults& results : configs) {
    const Statistics& error = results.test_error;
    table.push_back({results.name});
    if (has_validation) {
      const Statistics& validation = results.validation_error;
      add({ErrorText(results, validation, validation.mean),
           ErrorText(results, validation.standard_error, 3)});
    }
    add({ErrorText(results, error, error.mean), ErrorText(results, error.standard_deviation, 2),
         ErrorText(results, error.standard_error, 3), ErrorText(results, error, error.lowest),
         ErrorText(results, error, error.highest), NumRuns(results), Seeds(results),
         results.published ? PublishedText(*results.published) : "-",
         results.published ? results.published->source() : "-",
         NumFinished(results) > 0 ? FormatSeconds(results.seconds) : "-", Machines(results)});
  }
  return table;
}

std::string StateName(RunRecord::State state) {
  switch (state) {
    case RunRecord::kFinished:
      return "finished";
    case RunRecord::kFailed:
      return "failed";
    case RunRecord::kUnfinished:
      break;
  }
  return "unfinished";
}

std::string StateText(const RunRecord& run) {
  if (run.state == RunRecord::kFinished) return "finished";
  return run.state == RunRecord::kFailed ? run.problem : absl::StrCat("unfinished: ", run.problem);
}

Json OrNull(const absl::optional<double>& value) { return value ? Json(*value) : Json(); }

// Sorts the runs, and computes what they have in common.
void Compute(ConfigResults* results) {
  std::stable_sort(
      results->runs.begin(), results->runs.end(), [](const RunRecord& a, const RunRecord& b) {
        const auto place = [](const RunRecord& run) {
          return std::pair(run.experiment.training().seed(), run.experiment.data().fold());
        };
        return place(a) < place(b);
      });
  std::vector<double> test_errors, validation_errors;
  for (const RunRecord& run : results->runs) {
    if (run.experiment.has_published()) results->published = run.experiment.published();
    if (run.state != RunRecord::kFinished) continue;
    if (run.test_error) test_errors.push_back(*run.test_error);
    if (run.validation_error) validation_errors.push_back(*run.validation_error);
    results->seconds += run.seconds / NumFinished(*results);
  }
  results->test_error = ComputeStatistics(test_errors);
  results->validation_error = ComputeStatistics(validation_errors);
}

}  // namespace

std::vector<ConfigResults> GroupByConfig(const std::vector<RunRecord>& runs) {
  std::vector<ConfigResults> configs;
  std::map<std::string, size_t> index;              // in configs, by the config's text
  std::map<std::string, std::vector<size_t>> same;  // in configs, by the config's name
  for (const RunRecord& run : runs) {
    const auto [entry, is_new] = index.emplace(Key(run), configs.size());
    if (is_new) {
      ConfigResults results;
      results.name = run.config;
      std::vector<size_t>& namesakes = same[run.config];
      if (!namesakes.empty()) {
        absl::StrAppend(&results.name, " (", namesakes.size() + 1, ")");
        results.difference =
            Difference(CommonConfig(configs[namesakes[0]].runs[0]), CommonConfig(run));
      }
      namesakes.push_back(configs.size());
      configs.push_back(results);
    }
    ConfigResults& results = configs[entry->second];
    results.runs.push_back(run);
  }
  for (ConfigResults& results : configs) Compute(&results);
  return configs;
}

ConfigResults ResultsOf(std::vector<RunRecord> runs) {
  ConfigResults results;
  results.name = runs.front().config;
  results.runs = std::move(runs);
  Compute(&results);
  return results;
}

std::string SeedsText(const ConfigResults& results) {
  const bool has_test = results.test_error.count > 0;
  const bool has_validation = results.validation_error.count > 0;
  const auto any = [&](const auto& has) {
    return std::any_of(results.runs.begin(), results.runs.end(), has);
  };
  const bool has_folds =
      any([](const RunRecord& run) { return run.experiment.data().has_num_folds(); });
  Table runs = {{"seed"}};
  if (has_folds) runs[0].push_back("fold");
  const char* unit = IsOfNumbers(results) ? "squared error" : "error %";
  if (has_validation) runs[0].push_back(absl::StrCat("validation ", unit));
  if (has_test || !has_validation) runs[0].push_back(absl::StrCat("test ", unit));
  runs[0].insert(runs[0].end(), {"time", "state"});
  for (const RunRecord& run : results.runs) {
    std::vector<std::string> row = {absl::StrCat(run.experiment.training().seed())};
    if (has_folds) row.push_back(absl::StrCat(run.experiment.data().fold()));
    if (has_validation) row.push_back(ErrorText(results, run.validation_error, 2));
    if (has_test || !has_validation) row.push_back(ErrorText(results, run.test_error, 2));
    row.push_back(FormatSeconds(run.seconds));
    row.push_back(StateText(run));
    runs.push_back(row);
  }
  Table table = {{results.name}, {"mean"}, {"standard deviation"}, {"standard error"}, {"best"},
                 {"worst"},      {"runs"}};
  const auto add = [&](absl::string_view name, const Statistics& error) {
    const std::vector<std::string> column = {std::string(name),
                                             ErrorText(results, error, error.mean),
                                             ErrorText(results, error.standard_deviation, 2),
                                             ErrorText(results, error.standard_error, 3),
                                             ErrorText(results, error, error.lowest),
                                             ErrorText(results, error, error.highest),
                                             NumRuns(results)};
    for (size_t i = 0; i < table.size(); ++i) table[i].push_back(column[i]);
  };
  if (has_validation) add("validation", results.validation_error);
  if (has_test || !has_validation) add(has_validation ? "test" : "ours", results.test_error);
  std::string source;
  if (results.published) {
    const Published& published = *results.published;
    const std::vector<std::string> column = {
        "published",
        Percent(published.mean()),
        Percent(StandardDeviation(published), 2),
        Percent(StandardError(published), 3),
        "-",
        "-",
        published.has_num_runs() ? absl::StrCat(published.num_runs()) : "-"};
    for (size_t i = 0; i < table.size(); ++i) table[i].push_back(column[i]);
    source = absl::StrCat("published: ", published.source(), "\n");
  }
  return absl::StrCat(TextTable(runs, std::string(runs[0].size() - 1, 'r') + "l"), "\n",
                      TextTable(table, "lr"), source);
}

std::string ComparisonText(const std::vector<ConfigResults>& configs) {
  Table differences, missing;
  for (const ConfigResults& results : configs) {
    if (!results.difference.empty()) differences.push_back({results.name, results.difference});
    for (const RunRecord& run : results.runs) {
      if (run.state == RunRecord::kFinished) continue;
      missing.push_back({results.name, RunName(run), run.path, StateText(run)});
    }
  }
  const Table summary = Summary(configs);
  const bool has_validation = HasValidation(configs);
  const bool any_numbers = std::any_of(configs.begin(), configs.end(), IsOfNumbers);
  std::string text =
      absl::StrCat(has_validation ? "Validation and test errors" : "Test errors", " in percent",
                   any_numbers ? ", of numbers squared and standardized\n\n" : "\n\n",
                   TextTable(summary, has_validation ? "lrrrrrrrrlrlrl" : "lrrrrrrlrlrl"));
  if (!missing.empty()) absl::StrAppend(&text, "\nIn no mean:\n", TextTable(missing, "l"));
  if (!differences.empty()) {
    absl::StrAppend(&text, "\nOther configs of one name:\n", TextTable(differences, "l"));
  }
  return text;
}

std::string ComparisonMarkdown(const std::vector<ConfigResults>& configs) {
  std::string text, notes;
  Table table = Summary(configs);
  table.insert(table.begin() + 1, std::vector<std::string>(table[0].size(), "---"));
  for (size_t i = 0; i < table.size(); ++i) {
    if (i >= 2) table[i][0] = absl::StrCat("`", table[i][0], "`");
    absl::StrAppend(&text, "| ", absl::StrJoin(table[i], " | "), " |\n");
  }
  for (const ConfigResults& results : configs) {
    if (!results.difference.empty()) {
      absl::StrAppend(&notes, "- `", results.name, "`: ", results.difference, "\n");
    }
    for (const RunRecord& run : results.runs) {
      if (run.state == RunRecord::kFinished) continue;
      absl::StrAppend(&notes, "- `", results.name, "`, ", RunName(run),
                      ", is in no mean: ", StateText(run), "\n");
    }
  }
  return absl::StrCat(text, notes.empty() ? "" : "\n", notes);
}

std::string ComparisonJson(const std::vector<ConfigResults>& configs) {
  Json json = {{"configs", Json::array()}};
  for (const ConfigResults& results : configs) {
    const Statistics& error = results.test_error;
    const bool any = error.count > 0;
    Json published;
    if (results.published) {
      published = {
          {"source", results.published->source()},
          {"mean", results.published->mean()},
          {"standard_deviation", OrNull(StandardDeviation(*results.published))},
          {"standard_error", OrNull(StandardError(*results.published))},
          {"num_runs",
           results.published->has_num_runs() ? Json(results.published->num_runs()) : Json()}};
    }
    Json runs = Json::array();
    for (const RunRecord& run : results.runs) {
      const bool finished = run.state == RunRecord::kFinished;
      runs.push_back(
          {{"path", run.path},
           {"seed", run.experiment.training().seed()},
           {"fold", run.experiment.data().has_fold() ? Json(run.experiment.data().fold()) : Json()},
           {"state", StateName(run.state)},
           {"problem", finished ? Json() : Json(run.problem)},
           {"test_error", OrNull(run.test_error)},
           {"validation_error", OrNull(run.validation_error)},
           {"seconds", run.seconds},
           {"processor", run.processor.empty() ? Json() : Json(run.processor)},
           {"threads", run.threads == 0 ? Json() : Json(run.threads)}});
    }
    json["configs"].push_back(
        {{"config", results.name},
         {"difference", results.difference.empty() ? Json() : Json(results.difference)},
         {"finished", NumFinished(results)},
         {"mean", any ? Json(error.mean) : Json()},
         {"standard_deviation", OrNull(error.standard_deviation)},
         {"standard_error", OrNull(error.standard_error)},
         {"best", any ? Json(error.lowest) : Json()},
         {"worst", any ? Json(error.highest) : Json()},
         {"validation_mean",
          results.validation_error.count > 0 ? Json(results.validation_error.mean) : Json()},
         {"validation_standard_error", OrNull(results.validation_error.standard_error)},
         {"seconds", NumFinished(results) > 0 ? Json(results.seconds) : Json()},
         {"published", published},
         {"runs", runs}});
  }
  return JsonText(json);
}

}  // namespace ladder

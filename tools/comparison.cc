#include "tools/comparison.h"

#include <algorithm>
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
  return config;
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

// How many runs the mean is of: "10", or "9 of 10" if others have not finished.
std::string NumRuns(const ConfigResults& results) {
  const int finished = results.test_error.count;
  const int all = static_cast<int>(results.runs.size());
  return finished == all ? absl::StrCat(all) : absl::StrCat(finished, " of ", all);
}

std::string Seeds(const ConfigResults& results) {
  std::vector<uint64_t> seeds;
  for (const RunRecord& run : results.runs) seeds.push_back(run.experiment.training().seed());
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

Table Summary(const std::vector<ConfigResults>& configs) {
  Table table = {{"config", "mean", "sd", "se", "best", "worst", "runs", "seeds", "published",
                  "source", "time a run", "machine"}};
  for (const ConfigResults& results : configs) {
    const Statistics& error = results.test_error;
    const bool any = error.count > 0;
    table.push_back({results.name, any ? Percent(error.mean) : "-",
                     Percent(error.standard_deviation, 2), Percent(error.standard_error, 3),
                     any ? Percent(error.lowest) : "-", any ? Percent(error.highest) : "-",
                     NumRuns(results), Seeds(results),
                     results.published ? PublishedText(*results.published) : "-",
                     results.published ? results.published->source() : "-",
                     any ? FormatSeconds(results.seconds) : "-", Machines(results)});
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

}  // namespace

std::vector<ConfigResults> GroupByConfig(const std::vector<RunRecord>& runs) {
  std::vector<ConfigResults> configs;
  std::map<std::string, size_t> index;              // in configs, by the config's text
  std::map<std::string, std::vector<size_t>> same;  // in configs, by the config's name
  for (const RunRecord& run : runs) {
    const auto [entry, is_new] = index.emplace(PrintTextProto(CommonConfig(run)), configs.size());
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
    if (run.experiment.has_published()) results.published = run.experiment.published();
  }
  for (ConfigResults& results : configs) {
    std::stable_sort(results.runs.begin(), results.runs.end(),
                     [](const RunRecord& a, const RunRecord& b) {
                       return a.experiment.training().seed() < b.experiment.training().seed();
                     });
    std::vector<double> errors;
    for (const RunRecord& run : results.runs) {
      if (run.state != RunRecord::kFinished) continue;
      errors.push_back(run.test_error);
      results.seconds += run.seconds;
    }
    results.test_error = ComputeStatistics(errors);
    if (!errors.empty()) results.seconds /= static_cast<double>(errors.size());
  }
  return configs;
}

std::string SeedsText(const ConfigResults& results) {
  Table runs = {{"seed", "test error %", "time", "state"}};
  for (const RunRecord& run : results.runs) {
    runs.push_back({absl::StrCat(run.experiment.training().seed()),
                    run.state == RunRecord::kFinished ? Percent(run.test_error) : "-",
                    FormatSeconds(run.seconds), StateText(run)});
  }
  const Statistics& error = results.test_error;
  const bool any = error.count > 0;
  Table table = {{results.name, "ours"},
                 {"mean", any ? Percent(error.mean) : "-"},
                 {"standard deviation", Percent(error.standard_deviation, 2)},
                 {"standard error", Percent(error.standard_error, 3)},
                 {"best", any ? Percent(error.lowest) : "-"},
                 {"worst", any ? Percent(error.highest) : "-"},
                 {"runs", NumRuns(results)}};
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
  return absl::StrCat(TextTable(runs, "rrrl"), "\n", TextTable(table, "lr"), source);
}

std::string ComparisonText(const std::vector<ConfigResults>& configs) {
  Table differences, missing;
  for (const ConfigResults& results : configs) {
    if (!results.difference.empty()) differences.push_back({results.name, results.difference});
    for (const RunRecord& run : results.runs) {
      if (run.state == RunRecord::kFinished) continue;
      missing.push_back({results.name, absl::StrCat("seed ", run.experiment.training().seed()),
                         run.path, StateText(run)});
    }
  }
  std::string text = absl::StrCat("Test errors in percent\n\n",  //
                                  TextTable(Summary(configs), "lrrrrrrlrlrl"));
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
      absl::StrAppend(&notes, "- `", results.name, "`, seed ", run.experiment.training().seed(),
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
      runs.push_back({{"path", run.path},
                      {"seed", run.experiment.training().seed()},
                      {"state", StateName(run.state)},
                      {"problem", finished ? Json() : Json(run.problem)},
                      {"test_error", finished ? Json(run.test_error) : Json()},
                      {"seconds", run.seconds},
                      {"processor", run.processor.empty() ? Json() : Json(run.processor)},
                      {"threads", run.threads == 0 ? Json() : Json(run.threads)}});
    }
    json["configs"].push_back(
        {{"config", results.name},
         {"difference", results.difference.empty() ? Json() : Json(results.difference)},
         {"finished", error.count},
         {"mean", any ? Json(error.mean) : Json()},
         {"standard_deviation", OrNull(error.standard_deviation)},
         {"standard_error", OrNull(error.standard_error)},
         {"best", any ? Json(error.lowest) : Json()},
         {"worst", any ? Json(error.highest) : Json()},
         {"seconds", any ? Json(results.seconds) : Json()},
         {"published", published},
         {"runs", runs}});
  }
  return JsonText(json);
}

}  // namespace ladder

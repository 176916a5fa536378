#include "ladder/evaluation_report.h"

#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/json_text.h"
#include "base/text_table.h"
#include "nlohmann/json.hpp"

namespace ladder {
namespace {

using Json = nlohmann::ordered_json;

struct ClassCounts {
  int64_t examples = 0;
  int64_t predictions = 0;
  int64_t right = 0;
};

ClassCounts Count(const Evaluation& evaluation, int64_t label) {
  ClassCounts counts;
  for (int64_t other = 0; other < evaluation.num_classes; ++other) {
    counts.examples += evaluation.count(label, other);
    counts.predictions += evaluation.count(other, label);
  }
  counts.right = evaluation.count(label, label);
  return counts;
}

std::string Percent(int64_t part, int64_t whole) {
  return whole == 0 ? "-" : absl::StrFormat("%.2f %%", 100.0 * part / whole);
}

Json Fraction(int64_t part, int64_t whole) {
  return whole == 0 ? Json() : Json(static_cast<double>(part) / whole);
}

}  // namespace

std::string EvaluationText(const Evaluation& evaluation) {
  const Evaluation::Interval interval = evaluation.error_interval();
  std::string text = absl::StrFormat(
      "error          %.2f %% (%d of %d), 95 %% interval %.2f %% to %.2f %%\n"
      "cross-entropy  %.4f\n\n",
      100 * evaluation.error(), evaluation.num_errors(), evaluation.num_examples(),
      100 * interval.low, 100 * interval.high, evaluation.cross_entropy);

  std::vector<std::vector<std::string>> classes = {
      {"class", "examples", "errors", "precision", "recall"}};
  std::vector<std::vector<std::string>> confusion = {{""}};
  for (int64_t label = 0; label < evaluation.num_classes; ++label) {
    const ClassCounts counts = Count(evaluation, label);
    classes.push_back({absl::StrCat(label), absl::StrCat(counts.examples),
                       absl::StrCat(counts.examples - counts.right),
                       Percent(counts.right, counts.predictions),
                       Percent(counts.right, counts.examples)});
    confusion[0].push_back(absl::StrCat(label));
    std::vector<std::string> row = {absl::StrCat(label)};
    for (int64_t prediction = 0; prediction < evaluation.num_classes; ++prediction) {
      const int64_t count = evaluation.count(label, prediction);
      row.push_back(count == 0 ? "." : absl::StrCat(count));
    }
    confusion.push_back(row);
  }
  absl::StrAppend(&text, TextTable(classes, "r"),
                  "\nConfusion: how many examples of each class (row) were taken for each class "
                  "(column)\n",
                  TextTable(confusion, "r"));
  return text;
}

std::string EvaluationJson(const Evaluation& evaluation) {
  const Evaluation::Interval interval = evaluation.error_interval();
  Json json = {{"examples", evaluation.num_examples()},
               {"errors", evaluation.num_errors()},
               {"error", evaluation.error()},
               {"error_interval_95", {interval.low, interval.high}},
               {"cross_entropy", evaluation.cross_entropy}};
  for (int64_t label = 0; label < evaluation.num_classes; ++label) {
    const ClassCounts counts = Count(evaluation, label);
    json["classes"].push_back({{"class", label},
                               {"examples", counts.examples},
                               {"errors", counts.examples - counts.right},
                               {"precision", Fraction(counts.right, counts.predictions)},
                               {"recall", Fraction(counts.right, counts.examples)}});
    Json row = Json::array();
    for (int64_t prediction = 0; prediction < evaluation.num_classes; ++prediction) {
      row.push_back(evaluation.count(label, prediction));
    }
    json["confusion"].push_back(row);
  }
  return JsonText(json);
}

}  // namespace ladder

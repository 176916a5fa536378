#include "ladder/evaluation_report.h"

#include <algorithm>
#include <cmath>
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
using Table = std::vector<std::vector<std::string>>;

constexpr int64_t kMaxClassesInText = 20;
constexpr int64_t kMaxClassesInJson = 100;

bool HasName(const Evaluation& evaluation, int64_t label) {
  return label < static_cast<int64_t>(evaluation.class_names.size());
}

std::string ClassName(const Evaluation& evaluation, int64_t label) {
  return HasName(evaluation, label) ? evaluation.class_names[label] : absl::StrCat(label);
}

std::string Percent(int64_t part, int64_t whole) {
  return whole == 0 ? "-" : absl::StrFormat("%.2f %%", 100.0 * part / whole);
}

Json Fraction(int64_t part, int64_t whole) {
  return whole == 0 ? Json() : Json(static_cast<double>(part) / whole);
}

std::string Number(double value) {
  return std::isnan(value) ? "-" : absl::StrFormat("%.4g", value);
}

std::string IntervalText(const Evaluation::Interval& interval) {
  return absl::StrCat(Number(interval.low), " to ", Number(interval.high));
}

std::string ErrorLine(const Evaluation& evaluation) {
  const Evaluation::Interval interval = evaluation.error_interval();
  return absl::StrFormat("error          %.2f %% (%d of %d), 95 %% interval %.2f %% to %.2f %%\n",
                         100 * evaluation.error(), evaluation.num_errors(),
                         evaluation.num_examples(), 100 * interval.low, 100 * interval.high);
}

std::string ClassText(const Evaluation& evaluation) {
  std::string text = absl::StrCat(
      ErrorLine(evaluation), absl::StrFormat("cross-entropy  %.4f\n", evaluation.cross_entropy),
      absl::StrFormat("majority       %.2f %%: the error of always answering the commonest class",
                      100 * evaluation.majority_error()),
      evaluation.num_examples() == 0
          ? ""
          : absl::StrCat(", ", ClassName(evaluation, evaluation.majority_class())),
      absl::StrFormat("\nbalanced       %.2f %%: the error of each class, their mean\n"
                      "macro F1       %.4f\n"
                      "calibration    %.4f: how far probabilities are from frequencies\n\n",
                      100 * evaluation.balanced_error(), evaluation.macro_f1(),
                      evaluation.calibration_error));
  const std::vector<Evaluation::ClassCounts> all_counts = evaluation.CountClasses();
  Table classes = {{"class", "examples", "errors", "precision", "recall"}};
  for (int64_t label = 0; label < evaluation.num_classes; ++label) {
    const Evaluation::ClassCounts& counts = all_counts[label];
    classes.push_back({ClassName(evaluation, label), absl::StrCat(counts.examples),
                       absl::StrCat(counts.examples - counts.right),
                       Percent(counts.right, counts.predictions),
                       Percent(counts.right, counts.examples)});
  }
  absl::StrAppend(&text, TextTable(classes, "r"));
  if (evaluation.num_classes > kMaxClassesInText) {
    absl::StrAppend(&text, "\nThe confusion of ", evaluation.num_classes,
                    " classes is not shown: more than ", kMaxClassesInText, "\n");
    return text;
  }
  Table confusion = {{""}};
  for (int64_t label = 0; label < evaluation.num_classes; ++label) {
    confusion[0].push_back(ClassName(evaluation, label));
    std::vector<std::string> row = {ClassName(evaluation, label)};
    for (int64_t prediction = 0; prediction < evaluation.num_classes; ++prediction) {
      const int64_t count = evaluation.count(label, prediction);
      row.push_back(count == 0 ? "." : absl::StrCat(count));
    }
    confusion.push_back(row);
  }
  absl::StrAppend(&text,
                  "\nConfusion: how many examples of each class (row) were taken for each class "
                  "(column)\n",
                  TextTable(confusion, "r"));
  return text;
}

Json ClassJson(const Evaluation& evaluation, bool full_confusion) {
  const Evaluation::Interval interval = evaluation.error_interval();
  Json json = {{"examples", evaluation.num_examples()},
               {"errors", evaluation.num_errors()},
               {"error", evaluation.error()},
               {"error_interval_95", {interval.low, interval.high}},
               {"cross_entropy", evaluation.cross_entropy}};
  const std::vector<Evaluation::ClassCounts> all_counts = evaluation.CountClasses();
  for (int64_t label = 0; label < evaluation.num_classes; ++label) {
    const Evaluation::ClassCounts& counts = all_counts[label];
    json["classes"].push_back(
        {{"class", HasName(evaluation, label) ? Json(ClassName(evaluation, label)) : Json(label)},
         {"examples", counts.examples},
         {"errors", counts.examples - counts.right},
         {"precision", Fraction(counts.right, counts.predictions)},
         {"recall", Fraction(counts.right, counts.examples)}});
  }
  if (full_confusion || evaluation.num_classes <= kMaxClassesInJson) {
    for (int64_t label = 0; label < evaluation.num_classes; ++label) {
      Json row = Json::array();
      for (int64_t prediction = 0; prediction < evaluation.num_classes; ++prediction) {
        row.push_back(evaluation.count(label, prediction));
      }
      json["confusion"].push_back(row);
    }
  }
  json["majority_error"] = evaluation.majority_error();
  json["balanced_error"] = evaluation.balanced_error();
  json["macro_f1"] = evaluation.macro_f1();
  json["calibration_error"] = evaluation.calibration_error;
  return json;
}

std::string NumbersText(const Evaluation& evaluation) {
  std::string text = absl::StrFormat(
      "examples  %d\n"
      "error     %s: the mean squared error of standardized numbers; %s of always answering the "
      "mean of the training rows\n\n",
      evaluation.num_examples(), Number(evaluation.error()), Number(evaluation.majority_error()));
  Table table = {{"", "examples", "RMSE", "95 % interval", "MAE", "95 % interval", "R^2",
                  "95 % interval", "mean's RMSE", "mean's MAE"}};
  const std::vector<NumberErrors> targets = MeasureNumbers(evaluation);
  for (size_t j = 0; j < targets.size(); ++j) {
    const NumberErrors& errors = targets[j];
    table.push_back({evaluation.target_names[j], absl::StrCat(errors.examples), Number(errors.rmse),
                     IntervalText(errors.rmse_interval), Number(errors.mae),
                     IntervalText(errors.mae_interval), Number(errors.r2),
                     IntervalText(errors.r2_interval), Number(errors.mean_rmse),
                     Number(errors.mean_mae)});
  }
  absl::StrAppend(&text, TextTable(table, "r"));
  return text;
}

Json NumbersJson(const Evaluation& evaluation) {
  Json json = {{"examples", evaluation.num_examples()},
               {"error", evaluation.error()},
               {"mean_error", evaluation.majority_error()},
               {"targets", Json::array()}};
  const auto pair = [](const Evaluation::Interval& interval) {
    return Json::array({interval.low, interval.high});
  };
  const std::vector<NumberErrors> targets = MeasureNumbers(evaluation);
  for (size_t j = 0; j < targets.size(); ++j) {
    const NumberErrors& errors = targets[j];
    json["targets"].push_back({{"target", evaluation.target_names[j]},
                               {"examples", errors.examples},
                               {"rmse", errors.rmse},
                               {"rmse_interval_95", pair(errors.rmse_interval)},
                               {"mae", errors.mae},
                               {"mae_interval_95", pair(errors.mae_interval)},
                               {"r2", errors.r2},
                               {"r2_interval_95", pair(errors.r2_interval)},
                               {"mean_rmse", errors.mean_rmse},
                               {"mean_mae", errors.mean_mae}});
  }
  return json;
}

int64_t MajorityErrors(const Evaluation::Flag& flag) {
  return std::min(flag.positives(), flag.examples() - flag.positives());
}

std::string FlagsText(const Evaluation& evaluation) {
  std::string text =
      absl::StrCat(ErrorLine(evaluation), "               an example is wrong if one of its ",
                   evaluation.flags.size(), " labels is\n",
                   absl::StrFormat("cross-entropy  %.4f, of a label\n"
                                   "majority       %.2f %%: the error of always answering the "
                                   "commonest value of each label\n\n",
                                   evaluation.cross_entropy, 100 * evaluation.majority_error()));
  Table table = {{"", "examples", "positives", "errors", "majority", "precision", "recall", "F1"}};
  for (size_t j = 0; j < evaluation.flags.size(); ++j) {
    const Evaluation::Flag& flag = evaluation.flags[j];
    const int64_t predictions = flag.true_positives + flag.false_positives;
    table.push_back(
        {evaluation.target_names[j], absl::StrCat(flag.examples()), absl::StrCat(flag.positives()),
         Percent(flag.errors(), flag.examples()), Percent(MajorityErrors(flag), flag.examples()),
         Percent(flag.true_positives, predictions), Percent(flag.true_positives, flag.positives()),
         Percent(2 * flag.true_positives, predictions + flag.positives())});
  }
  absl::StrAppend(&text, TextTable(table, "r"));
  return text;
}

Json FlagsJson(const Evaluation& evaluation) {
  const Evaluation::Interval interval = evaluation.error_interval();
  Json json = {{"examples", evaluation.num_examples()},
               {"errors", evaluation.num_errors()},
               {"error", evaluation.error()},
               {"error_interval_95", {interval.low, interval.high}},
               {"cross_entropy", evaluation.cross_entropy},
               {"majority_error", evaluation.majority_error()},
               {"labels", Json::array()}};
  for (size_t j = 0; j < evaluation.flags.size(); ++j) {
    const Evaluation::Flag& flag = evaluation.flags[j];
    const int64_t predictions = flag.true_positives + flag.false_positives;
    json["labels"].push_back(
        {{"label", evaluation.target_names[j]},
         {"examples", flag.examples()},
         {"positives", flag.positives()},
         {"errors", flag.errors()},
         {"majority_errors", MajorityErrors(flag)},
         {"precision", Fraction(flag.true_positives, predictions)},
         {"recall", Fraction(flag.true_positives, flag.positives())},
         {"f1", Fraction(2 * flag.true_positives, predictions + flag.positives())}});
  }
  return json;
}

}  // namespace

std::string EvaluationLine(const Evaluation& evaluation, absl::string_view part) {
  if (evaluation.target == Model::NUMBERS) {
    if (evaluation.target_names.size() != 1) {
      return absl::StrFormat(
          "%s error %.4g (mean squared, of %d standardized numbers; of always answering the mean "
          "%.4g): %d examples",
          part, evaluation.error(), evaluation.target_names.size(), evaluation.majority_error(),
          evaluation.num_examples());
    }
    const NumberErrors errors = MeasureNumbers(evaluation)[0];
    return absl::StrFormat(
        "%s RMSE %s (95 %% interval %s), R^2 %s; of always answering the mean RMSE %s: %d examples",
        part, Number(errors.rmse), IntervalText(errors.rmse_interval), Number(errors.r2),
        Number(errors.mean_rmse), errors.examples);
  }
  const Evaluation::Interval interval = evaluation.error_interval();
  return absl::StrCat(
      absl::StrFormat("%s error %.2f %% (95 %% interval %.2f to %.2f): %d of %d examples", part,
                      100 * evaluation.error(), 100 * interval.low, 100 * interval.high,
                      evaluation.num_errors(), evaluation.num_examples()),
      evaluation.target == Model::LABELS ? " have a wrong label" : "");
}

std::string EvaluationText(const Evaluation& evaluation) {
  switch (evaluation.target) {
    case Model::NUMBERS:
      return NumbersText(evaluation);
    case Model::LABELS:
      return FlagsText(evaluation);
    case Model::CLASS:
      break;
  }
  return ClassText(evaluation);
}

std::string EvaluationJson(const Evaluation& evaluation, bool full_confusion,
                           const DenoisingReport* denoising) {
  Json json = evaluation.target == Model::NUMBERS  ? NumbersJson(evaluation)
              : evaluation.target == Model::LABELS ? FlagsJson(evaluation)
                                                   : ClassJson(evaluation, full_confusion);
  if (denoising != nullptr) json["denoising"] = DenoisingJson(*denoising);
  return JsonText(json);
}

}  // namespace ladder

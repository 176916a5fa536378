#include "ladder/denoising_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "autodiff/tape.h"
#include "base/check.h"
#include "base/philox.h"
#include "base/text_table.h"
#include "ladder/random_streams.h"

namespace ladder {
namespace {

double MeanSquaredDifference(Tensor a, Tensor b) {
  double sum = 0;
  for (int64_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return sum / static_cast<double>(a.size());
}

// The variance of each value of an example, batch by batch (Welford 1962), as rows may be many.
class Variances {
 public:
  explicit Variances(int64_t size) : means_(size), squares_(size) {}

  void Add(Tensor rows) {
    const int64_t size = static_cast<int64_t>(means_.size());
    for (int64_t i = 0; i < rows.size(); ++i) {
      if (i % size == 0) ++count_;
      const double x = rows[i];
      const double difference = x - means_[i % size];
      means_[i % size] += difference / count_;
      squares_[i % size] += difference * (x - means_[i % size]);
    }
  }
  double Mean() const {
    double sum = 0;
    for (const double squares : squares_) sum += squares / count_;
    return sum / static_cast<double>(squares_.size());
  }

 private:
  double count_ = 0;
  std::vector<double> means_, squares_;
};

}  // namespace

DenoisingReport MeasureDenoising(Context* context, const LadderModel& model, const Dataset& dataset,
                                 absl::Span<const int64_t> rows, int64_t batch_size,
                                 uint32_t seed) {
  LADDER_CHECK(batch_size >= 1) << "batches of " << batch_size << " rows";
  const LadderEncoder& encoder = model.encoder();
  const LadderDecoder& decoder = model.decoder();
  const int64_t num_rows = static_cast<int64_t>(rows.size());
  DenoisingReport report;
  report.num_rows = num_rows;
  if (!decoder.is_used() || num_rows < 2) return report;

  const bool is_sum = model.config().denoising_cost() == Model::SUM_OVER_UNITS;
  const int64_t num_batches = std::max<int64_t>(1, num_rows / std::max<int64_t>(batch_size, 2));
  // Files are often sorted by class, and a batch of one class has statistics of its own.
  std::vector<int64_t> order(rows.begin(), rows.end());
  PhiloxSequence({.seed = seed, .stream = kDenoisingReportStream}).Shuffle(order);
  std::vector<Real> inputs;
  Variances variances(dataset.example_size());
  for (int64_t batch = 0; batch < num_batches; ++batch) {
    const int64_t first = batch * num_rows / num_batches;
    const int64_t count = (batch + 1) * num_rows / num_batches - first;
    inputs.resize(count * dataset.example_size());
    dataset.CopyRows(absl::MakeConstSpan(order).subspan(first, count), inputs.data());
    const Tensor values(inputs.data(), {count, dataset.example_size()});
    variances.Add(values);

    Tape tape(context);
    const Variable x = tape.Constant(values);
    const LadderEncoder::Paths paths =
        encoder.Encode(tape, {x, {count}}, {x, {count}, decoder.target_top()},
                       seed + static_cast<uint32_t>(batch));
    const Variable output = model.Output(encoder.Logits(tape, paths.corrupted.back().z));
    const PerLevel<DecodedLevel> decoded =
        decoder.Decode(tape, paths.corrupted, output, 0, paths.clean, {count});
    const double share = static_cast<double>(count) / static_cast<double>(num_rows);
    size_t next = 0;
    for (int l = decoder.bottom(); l <= decoder.target_top(); ++l) {
      if (!decoded[l].cost) continue;
      if (batch == 0) report.levels.push_back({.level = l});
      DenoisingReport::Level& level = report.levels[next++];
      const double units = is_sum ? static_cast<double>(encoder.shape(l).size()) : 1;
      const Tensor z = paths.clean[l].z.value();
      level.cost += share * decoded[l].cost.scalar();
      level.copy_cost += share * units * MeanSquaredDifference(paths.corrupted[l].z.value(), z);
      if (l > 0) level.mean_cost = units;
    }
  }
  for (DenoisingReport::Level& level : report.levels) {
    if (level.level > 0) continue;
    level.mean_cost = variances.Mean() * (is_sum ? static_cast<double>(dataset.example_size()) : 1);
  }
  return report;
}

DenoisingReport MeasureDenoising(Context* context, const LadderModel& model, const Dataset& dataset,
                                 absl::Span<const int64_t> rows, const Training& training) {
  return MeasureDenoising(context, model, dataset, rows, training.unlabeled_batch_size(),
                          /*seed=*/1);
}

std::string DenoisingText(const DenoisingReport& report) {
  if (report.levels.empty()) return "";
  std::vector<std::vector<std::string>> table = {{"level", "cost", "copy", "mean"}};
  for (const DenoisingReport::Level& level : report.levels) {
    table.push_back({absl::StrCat(level.level), absl::StrFormat("%.4f", level.cost),
                     absl::StrFormat("%.4f", level.copy_cost),
                     absl::StrFormat("%.4f", level.mean_cost)});
  }
  return absl::StrCat("Denoising of ", report.num_rows,
                      " examples: the cost of each level, of copying the noisy signal, and of "
                      "always answering the mean\n",
                      TextTable(table, "r"));
}

nlohmann::ordered_json DenoisingJson(const DenoisingReport& report) {
  nlohmann::ordered_json json = {{"examples", report.num_rows},
                                 {"levels", nlohmann::ordered_json::array()}};
  for (const DenoisingReport::Level& level : report.levels) {
    json["levels"].push_back({{"level", level.level},
                              {"cost", level.cost},
                              {"copy_cost", level.copy_cost},
                              {"mean_cost", level.mean_cost}});
  }
  return json;
}

}  // namespace ladder

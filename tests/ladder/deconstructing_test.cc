// Holds configs/deconstructing.pbtxt against rows of the tables of Pezeshki et al. 2016,
// "Deconstructing the Ladder Network architecture", and its supplement.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/config_file.h"
#include "ladder/every_level.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

using ::testing::ElementsAreArray;

constexpr char kFile[] = "configs/deconstructing.pbtxt";

Experiment Variant(const std::string& name) {
  const absl::StatusOr<Config> config = ReadConfig(absl::StrCat(kFile, ":", name));
  EXPECT_TRUE(config.ok()) << config.status();
  const absl::StatusOr<Experiment> resolved = Resolve(config->experiment, config->locations);
  EXPECT_TRUE(resolved.ok()) << resolved.status();
  return *resolved;
}

// A row: what the paper trained with, and the mean test error of ten runs in percent with its
// standard error.
struct Row {
  const char* name;
  const char* source;
  int num_labeled;  // 0: all
  double input_noise, noise;
  std::vector<double> cost_weights;  // of level 0, 1 and the others; empty: no decoder
  std::string decoder;               // without its weight
  double mean, standard_error;
};

const std::vector<Row>& Rows() {
  static const auto* rows = new std::vector<Row>{
      {"baseline_100", "Baseline", 100, 0, 0, {}, "", 25.804, 0.40},
      {"baseline_noise_1000", "Baseline+noise", 1000, 0.2, 0.2, {}, "", 6.113, 0.105},
      {"vanilla_100",
       "Vanilla",
       100,
       0.3,
       0.3,
       {1000, 10, 0.1},
       "combinator: SIGMOID",
       1.086,
       0.023},
      {"first_noise_1000",
       "FirstNoise",
       1000,
       0.6,
       0,
       {1000, 10, 0.1},
       "combinator: SIGMOID",
       1.381,
       0.029},
      {"no_lateral_all", "NoLateral", 0, 0.6, 0, {0, 0, 0}, "combinator: NO_LATERAL", 0.820, 0.009},
      {"rev_init_all",
       "RevInit",
       0,
       0.3,
       0.3,
       {500, 0, 0},
       "combinator: SIGMOID reversed_start: true",
       0.631,
       0.018},
      {"gated_gauss_100",
       "GatedGauss",
       100,
       0.2,
       0.2,
       {2000, 20, 0.2},
       "combinator: GATED_GAUSS",
       1.308,
       0.038},
      {"mlp_2_2_2_100",
       "MLP [2, 2, 2]",
       100,
       0.2,
       0.2,
       {10000, 100, 1},
       "combinator: MLP hidden_units: [2, 2, 2] initial_stddev: 0.025",
       1.274,
       0.067},
      {"amlp_2_2_2_1000",
       "AMLP [2, 2, 2]",
       1000,
       0.3,
       0.3,
       {1000, 10, 0.2},
       "combinator: AMLP hidden_units: [2, 2, 2] initial_stddev: 0.006",
       0.979,
       0.025},
  };
  return *rows;
}

TEST(DeconstructingTest, RowsHaveThePublishedHyperparameters) {
  constexpr int kUnits[] = {1000, 500, 250, 250, 250, 10};
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.name);
    const Experiment experiment = Variant(row.name);
    const Model& model = experiment.model();

    ASSERT_EQ(model.layers_size(), 6);
    EXPECT_EQ(model.input().noise_stddev(), row.input_noise);
    for (int level = 0; level <= 6; ++level) {
      if (level > 0) {
        EXPECT_EQ(model.layers(level - 1).fully_connected().units(), kUnits[level - 1]);
        EXPECT_EQ(model.layers(level - 1).noise_stddev(), row.noise);
      }
      const Decoder* decoder = LevelDecoder(model, level);
      ASSERT_EQ(decoder != nullptr, !row.cost_weights.empty());
      if (decoder == nullptr) continue;
      Decoder expected;
      FieldLocations locations;
      ASSERT_TRUE(ParseTextProto(row.decoder, "decoder", &expected, &locations).ok());
      expected.set_cost_weight(row.cost_weights[level < 2 ? level : 2]);
      EXPECT_EQ(PrintTextProto(*decoder), PrintTextProto(expected)) << "level " << level;
    }
    EXPECT_EQ(experiment.data().num_labeled(), row.num_labeled);
    EXPECT_EQ(experiment.training().num_epochs(), 150);
    EXPECT_EQ(experiment.training().adam().learning_rate(), 0.002);
  }
}

TEST(DeconstructingTest, RowsNameThePublishedResult) {
  for (const Row& row : Rows()) {
    SCOPED_TRACE(row.name);
    const Published published = Variant(row.name).published();

    EXPECT_EQ(published.source(), absl::StrCat("Pezeshki et al. 2016, ", row.source));
    EXPECT_EQ(published.mean(), row.mean);
    EXPECT_EQ(published.standard_error(), row.standard_error);
    EXPECT_EQ(published.num_runs(), 10);
  }
}

TEST(DeconstructingTest, EachVariantIsThereFor100And1000AndAllLabels) {
  std::vector<std::string> expected;
  for (const char* name :
       {"baseline",   "baseline_noise", "vanilla",   "first_noise", "first_recons",
        "first_both", "no_lateral",     "rand_init", "rev_init",    "no_sig",
        "no_mult",    "linear",         "gaussian",  "gated_gauss", "mlp_4",
        "mlp_2_2",    "mlp_2_2_2",      "amlp_4",    "amlp_2_2",    "amlp_2_2_2"}) {
    for (const char* labels : {"_100", "_1000", "_all"}) {
      expected.push_back(absl::StrCat(name, labels));
    }
  }
  const std::vector<std::string> names = VariantNames(kFile).value();

  EXPECT_THAT(names, ElementsAreArray(expected));
  for (const std::string& name : names) {
    SCOPED_TRACE(name);
    const Experiment experiment = Variant(name);
    EXPECT_EQ(experiment.data().num_labeled(), absl::EndsWith(name, "_100")    ? 100
                                               : absl::EndsWith(name, "_1000") ? 1000
                                                                               : 0);
    EXPECT_TRUE(absl::StartsWith(experiment.published().source(), "Pezeshki et al. 2016, "));
    EXPECT_TRUE(experiment.published().has_standard_error());
  }
}

}  // namespace
}  // namespace ladder

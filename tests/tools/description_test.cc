#include "tools/description.h"

#include "gtest/gtest.h"
#include "tests/tools/small_experiment.h"

namespace ladder {
namespace {

Description Fixed() {
  Description description;
  description.levels.resize(2);
  description.levels[0].kind = "input";
  description.levels[0].shape = {28, 28, 1};
  description.levels[0].noise_stddev = 0.3;
  description.levels[0].cost_weight = 1000;
  description.levels[0].combinator = "gauss";
  description.levels[0].decoder_parameters = 1234567;
  description.levels[1].kind = "fully connected";
  description.levels[1].shape = {10};
  description.levels[1].activation = "softmax";
  description.levels[1].encoder_parameters = 860;
  description.num_parameters = 1235427;
  description.num_examples = 60000;
  description.num_labeled = 100;
  description.labeled_rows = 100;
  description.unlabeled_rows = 250;
  description.steps_per_epoch = 240;
  description.num_epochs = 150;
  description.products = 12;
  description.flops = 2.5e9;
  description.memory = {.parameters = 1000000,
                        .gradients = 2000000,
                        .moments = 3000000,
                        .step = 4000000,
                        .batch = 500000,
                        .data = 6000000};
  return description;
}

TEST(DescriptionTest, TextIsATableAndTotals) {
  EXPECT_EQ(
      DescriptionText(Fixed()),
      "level  kind             shape        activation  noise  cost weight  combinator  encoder"
      "    decoder\n"
      "    0  input            28 x 28 x 1  -             0.3         1000  gauss             0"
      "  1,234,567\n"
      "    1  fully connected  10           softmax         0            -  -               860"
      "          0\n"
      "\n"
      "parameters  1,235,427\n"
      "data        60,000 training examples, 100 labeled, 0 for validation\n"
      "step        100 labeled and 250 unlabeled rows, 2.5 GFLOP in 12 matrix products\n"
      "training    150 epochs of 240 steps\n"
      "memory      16.50 MB: parameters 1.00 MB, gradients 2.00 MB, moments 3.00 MB, a step 4.00 "
      "MB, batch 0.50 MB, data 6.00 MB\n");
}

TEST(DescriptionTest, JsonHasTheSame) {
  EXPECT_EQ(DescriptionJson(Fixed()), R"({
  "levels": [
    {
      "kind": "input",
      "shape": [28, 28, 1],
      "activation": null,
      "noise_stddev": 0.3,
      "cost_weight": 1000.0,
      "combinator": "gauss",
      "encoder_parameters": 0,
      "decoder_parameters": 1234567
    },
    {
      "kind": "fully connected",
      "shape": [10],
      "activation": "softmax",
      "noise_stddev": 0.0,
      "cost_weight": null,
      "combinator": null,
      "encoder_parameters": 860,
      "decoder_parameters": 0
    }
  ],
  "parameters": 1235427,
  "data": {"examples": 60000, "labeled": 100, "validation": 0},
  "step": {"labeled_rows": 100, "unlabeled_rows": 250, "gflop": 2.5, "products": 12},
  "training": {"epochs": 150, "steps_per_epoch": 240},
  "memory_bytes": {"parameters": 1000000, "gradients": 2000000, "moments": 3000000, "step": 4000000, "batch": 500000, "data": 6000000, "total": 16500000}
}
)");
}

TEST(DescriptionTest, CountsWhatTheTrainerHas) {
  Trainer trainer = SmallTrainer(/*decoded=*/true);

  const absl::StatusOr<Description> description = Describe(trainer);

  ASSERT_TRUE(description.ok()) << description.status();
  ASSERT_EQ(description->levels.size(), 3);
  EXPECT_EQ(description->levels[0].shape, std::vector<int64_t>({8, 8, 1}));
  EXPECT_EQ(description->levels[0].encoder_parameters, 0);
  EXPECT_EQ(description->levels[0].decoder_parameters, 20 * 64 + 10 * 64);
  EXPECT_EQ(description->levels[1].kind, "fully connected");
  EXPECT_EQ(description->levels[1].activation, "relu");
  EXPECT_EQ(description->levels[1].encoder_parameters, 64 * 20 + 20);
  EXPECT_EQ(description->levels[1].combinator, "gauss");
  EXPECT_EQ(description->levels[1].cost_weight, 0.1);
  EXPECT_EQ(description->levels[2].encoder_parameters, 20 * 10 + 2 * 10);
  EXPECT_EQ(description->levels[2].decoder_parameters, 10 * 10);
  int64_t sum = 0;
  for (const Description::Level& level : description->levels) {
    sum += level.encoder_parameters + level.decoder_parameters;
  }
  EXPECT_EQ(description->num_parameters, sum);
  EXPECT_EQ(description->num_labeled, 50);
  EXPECT_EQ(description->num_validation, 37);
  EXPECT_EQ(description->labeled_rows, 50);
  EXPECT_EQ(description->unlabeled_rows, 100);
  EXPECT_EQ(description->steps_per_epoch, 14);
  EXPECT_GT(description->flops, 0);
  EXPECT_GT(description->memory.step, 0);
  EXPECT_GE(description->memory.gradients, sum * static_cast<int64_t>(sizeof(Real)));
  EXPECT_EQ(description->memory.moments, 2 * description->memory.gradients);
  // Floats; labels are 4 bytes.
  EXPECT_GE(description->memory.data, 1437 * (64 + 4));
}

TEST(DescriptionTest, ADryRunCountsTheSame) {
  Trainer trainer = SmallTrainer(/*decoded=*/true);
  Trainer dry = SmallTrainer(/*decoded=*/true, /*dry_run=*/true);

  const absl::StatusOr<Description> expected = Describe(trainer);
  const absl::StatusOr<Description> description = Describe(dry);

  ASSERT_TRUE(expected.ok() && description.ok()) << description.status();
  EXPECT_EQ(DescriptionJson(*description), DescriptionJson(*expected));
}

TEST(DescriptionTest, LevelsThatAreNotDecodedHaveNoCost) {
  Trainer trainer = SmallTrainer(/*decoded=*/false);

  const absl::StatusOr<Description> description = Describe(trainer);

  ASSERT_TRUE(description.ok()) << description.status();
  EXPECT_FALSE(description->levels[1].cost_weight.has_value());
  EXPECT_EQ(description->levels[1].decoder_parameters, 0);
  EXPECT_EQ(description->unlabeled_rows, 0);
}

}  // namespace
}  // namespace ladder

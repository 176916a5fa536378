// Compares a convolutional ladder with an independent implementation in float64 NumPy:
// tests/golden/README.md.
#include <cstdint>
#include <string>
#include <vector>

#include "base/text_proto.h"
#include "gtest/gtest.h"
#include "ladder/model.h"
#include "ladder/resolve.h"
#include "tensor/context.h"
#include "tests/ladder/golden.h"

namespace ladder {
namespace {

Model ModelOf(const Json& golden) {
  Experiment experiment;
  FieldLocations locations;
  const std::string text = "data { digits {} } model {" + golden["model"].get<std::string>() + "}";
  const absl::Status status = ParseTextProto(text, "golden", &experiment, &locations);
  EXPECT_TRUE(status.ok()) << status;
  return Resolve(experiment, locations).value().model();
}

TEST(ImageGoldenTest, ActivationsCostsAndGradientsOfOneStep) {
  const Json golden = ReadGolden("image_gauss");
  const std::vector<int64_t> example_shape = golden["example_shape"];
  LadderModel model(ModelOf(golden), example_shape, golden["noise_seed"]);
  SetParameters(golden, model.parameters());
  std::vector<Real> inputs = GoldenInputs(golden);
  const std::vector<int32_t> labels = golden["labels"];
  const int64_t size = model.num_inputs();
  Context context;
  Tape tape(&context);

  const Tensor rows(inputs.data(), {static_cast<int64_t>(inputs.size()) / size, size});
  const LadderStep step = model.BuildLoss(tape, {rows, labels}, /*step=*/0);
  tape.Backward(step.loss);

  size_t compared = 0;
  const auto compare = [&](const std::string& name, Variable actual) {
    if (!golden["activations"].contains(name)) return;
    ExpectNear(actual.value(), golden["activations"][name], name);
    ++compared;
  };
  for (int l = 0; l <= model.encoder().num_layers(); ++l) {
    const std::string level = std::to_string(l);
    compare("corrupted/" + level + "/z", step.corrupted[l].z);
    compare("clean/" + level + "/z", step.clean[l].z);
    compare("clean/" + level + "/mean", step.clean[l].mean);
    compare("clean/" + level + "/variance", step.clean[l].variance);
    compare("decoder/" + level + "/u", step.decoded[l].u);
    compare("decoder/" + level + "/z_est", step.decoded[l].z_est);
    const double cost = golden["costs"]["denoising"][l];
    EXPECT_NEAR(step.decoded[l].cost.value()[0], cost, kTolerance * cost) << "level " << l;
  }
  EXPECT_EQ(compared, golden["activations"].size());
  const double supervised = golden["costs"]["supervised"];
  EXPECT_NEAR(step.supervised.value()[0], supervised, kTolerance * supervised);
  const double total = golden["costs"]["total"];
  EXPECT_NEAR(step.loss.value()[0], total, kTolerance * total);
  for (const auto& [name, gradient] : golden["gradients"].items()) {
    ExpectNear(model.parameters().Find(name)->grad(), gradient, "gradient of " + name);
  }
}

}  // namespace
}  // namespace ladder

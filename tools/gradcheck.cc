// Checks the gradients of a config's loss: bazel run //tools:gradcheck -- configs/digits_100.pbtxt
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "ladder/experiment_data.h"
#include "tools/command_line.h"
#include "tools/json_flag.h"
#include "tools/loss_gradients.h"
#include "tools/stand_in_data.h"

ABSL_FLAG(int64_t, max_elements, 20,
          "How many elements of each parameter to check, spread evenly; 0: all.");

namespace ladder {
namespace {

// Whether all gradients are right.
absl::StatusOr<bool> CheckConfig(const std::string& path) {
  const int64_t max_elements = absl::GetFlag(FLAGS_max_elements);
  if (max_elements < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--max_elements must be at least 0, got ", max_elements));
  }
  LADDER_ASSIGN_OR_RETURN(LoadedExperiment loaded, LoadExperiment(path));
  Experiment& experiment = loaded.experiment;
  if (experiment.model().stop_gradient_at_targets()) {
    // A central difference moves the targets too, whatever the gradient is stopped at.
    experiment.mutable_model()->set_stop_gradient_at_targets(false);
    std::fprintf(stderr, "checking with model.stop_gradient_at_targets off\n");
  }
  if (experiment.model().has_virtual_adversarial()) {
    experiment.mutable_model()->mutable_virtual_adversarial()->set_stop_gradient_at_prediction(
        false);
    std::fprintf(stderr,
                 "checking with model.virtual_adversarial.stop_gradient_at_prediction off\n");
  }
  LADDER_ASSIGN_OR_RETURN(const StandInData made, LoadOrMakeUpData(experiment, loaded.locations));
  if (made.is_made_up) {
    std::fprintf(stderr, "the data is not on this machine: checking on random inputs\n");
  }
  const std::vector<GradCheckResult> results = CheckLossGradients(
      WithData(experiment, made.data.record), made.data.training, made.data.split, max_elements);
  std::fputs(LossGradientsText(results).c_str(), stdout);
  LADDER_RETURN_IF_ERROR(WriteJsonFile(LossGradientsJson(results)));
  return GradientsAgree(results);
}

}  // namespace
}  // namespace ladder

int main(int argc, char** argv) {
  const std::vector<std::string> arguments =
      ladder::ParseCommandLine(argc, argv,
                               "gradcheck [flags] MODEL.pbtxt[:VARIANT]: compares the gradients of "
                               "the loss of a small batch, in double, with central differences; "
                               "exits with 1 if they differ",
                               1);
  const absl::StatusOr<bool> agrees = ladder::CheckConfig(arguments[0]);
  if (!agrees.ok()) return ladder::Finish(agrees.status());
  return ladder::Finish(*agrees ? 0 : 1);
}

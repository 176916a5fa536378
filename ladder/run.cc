#include "ladder/run.h"

#include <chrono>
#include <cstdint>
#include <iostream>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/json_text.h"
#include "base/processor.h"
#include "base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "ladder/datasets.h"
#include "ladder/evaluation_report.h"
#include "ladder/preprocessing.h"
#include "ladder/resolve.h"
#include "ladder/saved_model.h"
#include "ladder/trainer.h"
#include "nlohmann/json.hpp"
#include "training/checkpoint.h"
#include "training/interrupt.h"
#include "training/metrics.h"
#include "training/progress.h"

namespace ladder {
namespace {

double Now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The loop over steps and epochs, with its records.
class Loop {
 public:
  // `state` is where the run stands: empty at the start, else as it was saved.
  Loop(const Deployment& deployment, const RunDirectory& directory, Trainer* trainer,
       MetricsLog* metrics, Progress* progress, const RunState& state)
      : deployment_(deployment),
        directory_(directory),
        trainer_(*trainer),
        metrics_(*metrics),
        progress_(*progress),
        state_(state) {
    if (state_.denoising_size() == 0) StartEpoch();
  }

  absl::Status TrainToTheEnd() {
    const InterruptHandler interrupt;
    while (trainer_.step() < trainer_.num_steps()) {
      const double start = Now();
      LADDER_ASSIGN_OR_RETURN(const StepCosts* costs, trainer_.Step());
      state_.set_seconds(state_.seconds() + Now() - start);
      Add(*costs);
      if (trainer_.step() % trainer_.steps_per_epoch() == 0) LADDER_RETURN_IF_ERROR(EndEpoch());
      const Metric loss = {"loss", costs->loss};
      progress_.Update(trainer_.step(), {loss});
      if (interrupt.requested() && trainer_.step() < trainer_.num_steps()) {
        LADDER_RETURN_IF_ERROR(Save());
        return absl::CancelledError(absl::StrCat("interrupted and saved at step ", trainer_.step(),
                                                 "; to continue: train with --resume ",
                                                 "--output_dir=", directory_.path()));
      }
    }
    return absl::OkStatus();
  }

 private:
  void StartEpoch() {
    state_.clear_loss();
    state_.clear_supervised();
    state_.clear_denoising();
    for (int l = 0; l <= trainer_.model().encoder().num_layers(); ++l) state_.add_denoising(0);
  }

  void Add(const StepCosts& costs) {
    state_.set_loss(state_.loss() + costs.loss);
    state_.set_supervised(state_.supervised() + costs.supervised);
    for (size_t l = 0; l < costs.denoising.size(); ++l) {
      state_.set_denoising(l, state_.denoising(l) + costs.denoising[l]);
    }
  }

  absl::Status Save() {
    state_.set_step(trainer_.step());
    const std::vector<int64_t>& shape = trainer_.dataset().example_shape;
    state_.mutable_example_shape()->Assign(shape.begin(), shape.end());
    trainer_.EstimateStatistics();
    LADDER_RETURN_IF_ERROR(trainer_.CheckFinite());
    return SaveCheckpoint(directory_.checkpoints(), trainer_.step(), ModelTensors(trainer_.model()),
                          trainer_.optimizer(), PrintTextProto(state_),
                          deployment_.keep_checkpoints());
  }

  // Records the means of the epoch that is done, and what its parameters do on the validation rows.
  absl::Status EndEpoch() {
    const int epoch = static_cast<int>(trainer_.step() / trainer_.steps_per_epoch());
    const bool is_last = epoch == trainer_.num_epochs();
    const double n = static_cast<double>(trainer_.steps_per_epoch());

    std::vector<std::string> names = {"epoch", "learning_rate", "loss", "supervised"};
    std::vector<double> values = {static_cast<double>(epoch), trainer_.optimizer().learning_rate(),
                                  state_.loss() / n, state_.supervised() / n};
    std::string line =
        absl::StrFormat("epoch %d/%d  loss %.4f  supervised %.4f", epoch, trainer_.num_epochs(),
                        state_.loss() / n, state_.supervised() / n);
    if (trainer_.model().decoder().is_used()) {
      absl::StrAppend(&line, "  denoising");
      for (int l = 0; l < state_.denoising_size(); ++l) {
        names.push_back(absl::StrCat("denoising/", l));
        values.push_back(state_.denoising(l) / n);
        absl::StrAppendFormat(&line, " %.4g", values.back());
      }
    }
    if (!trainer_.split().validation.empty() &&
        (is_last || epoch % deployment_.validate_every_epochs() == 0)) {
      trainer_.EstimateStatistics();
      LADDER_RETURN_IF_ERROR(trainer_.CheckFinite());
      names.push_back("validation_error");
      values.push_back(trainer_.Validate().error());
      absl::StrAppendFormat(&line, "  validation error %.2f %%", 100 * values.back());
    }
    names.push_back("seconds");
    values.push_back(state_.seconds());
    std::vector<Metric> row;
    for (size_t i = 0; i < names.size(); ++i) row.push_back({names[i], values[i]});
    LADDER_RETURN_IF_ERROR(metrics_.Append(trainer_.step(), row));
    progress_.Print(line);

    StartEpoch();
    if (is_last || epoch % deployment_.checkpoint_every_epochs() == 0) return Save();
    return absl::OkStatus();
  }

  const Deployment deployment_;
  const RunDirectory directory_;
  Trainer& trainer_;
  MetricsLog& metrics_;
  Progress& progress_;
  RunState state_;  // with the sums of the current epoch
};

std::string RowNumbers(const std::vector<int64_t>& rows) {
  return absl::StrCat(absl::StrJoin(rows, "\n"), "\n");
}

// What a new run's directory says before the first step. The config comes last: it makes the
// directory a run.
absl::Status WriteBeginning(const RunDirectory& directory, const Experiment& experiment,
                            const RunOptions& options, const RowSplit& split) {
  const nlohmann::ordered_json info = {{"config", options.name},
                                       {"processor", ProcessorName()},
                                       {"threads", NumThreads(experiment.deployment())}};
  LADDER_RETURN_IF_ERROR(WriteFileAtomically(directory.info(), JsonText(info)));
  LADDER_RETURN_IF_ERROR(
      WriteFileAtomically(directory.labeled_indices(), RowNumbers(split.labeled)));
  LADDER_RETURN_IF_ERROR(
      WriteFileAtomically(directory.command(), absl::StrCat(options.command, "\n")));
  return WriteTextProto(directory.config(), experiment);
}

// A file of the run that cannot be understood is damaged, not a mistake in what was typed.
absl::Status Damaged(const absl::Status& status) {
  return absl::IsInvalidArgument(status) ? absl::DataLossError(status.message()) : status;
}

// Loads the newest checkpoint into the trainer. Empty, if a run was stopped before its first one.
absl::StatusOr<RunState> Resume(const RunDirectory& directory, Trainer* trainer) {
  const absl::StatusOr<Checkpoint> newest = FindNewestCheckpoint(directory.checkpoints());
  if (absl::IsNotFound(newest.status())) return RunState();
  LADDER_RETURN_IF_ERROR(newest.status());
  trainer->UseAveragedWeights();
  LADDER_ASSIGN_OR_RETURN(
      const std::string text,
      LoadCheckpoint(newest->path, ModelTensors(trainer->model()), &trainer->optimizer()));
  RunState state;
  FieldLocations locations;
  const std::string path = JoinPath(newest->path, "state.pbtxt");
  LADDER_RETURN_IF_ERROR(Damaged(ParseTextProto(text, path, &state, &locations)));
  const int levels = trainer->model().encoder().num_layers() + 1;
  if (state.step() != trainer->step() || state.denoising_size() != levels) {
    return absl::DataLossError(absl::StrCat(path, ": step ", state.step(), " with ",
                                            state.denoising_size(), " levels, expected step ",
                                            trainer->step(), " with ", levels));
  }
  return state;
}

// The data must be as it was when the run started: it chose the labeled rows.
absl::Status CheckSameRows(const RunDirectory& directory, const RowSplit& split) {
  LADDER_ASSIGN_OR_RETURN(const std::string labeled, ReadFile(directory.labeled_indices()));
  if (labeled == RowNumbers(split.labeled)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(directory.labeled_indices(),
                   ": the run to resume had other labeled rows; the data has changed since"));
}

absl::StatusOr<Dataset> LoadTestSet(const Data& config, const Dataset& training) {
  LADDER_ASSIGN_OR_RETURN(Dataset test,
                          LoadDataset(config, DatasetPart::kTest, training.num_classes));
  if (test.example_size() == training.example_size()) return test;
  return absl::InvalidArgumentError(absl::StrCat("data: a test example has ", test.example_size(),
                                                 " values, a training example ",
                                                 training.example_size()));
}

// A test set that cannot be read is found out before hours of training, not after.
absl::StatusOr<Dataset> LoadTrainingSet(const Experiment& experiment,
                                        const FieldLocations& locations) {
  LADDER_ASSIGN_OR_RETURN(Dataset dataset, LoadDataset(experiment.data(), DatasetPart::kTraining));
  LADDER_RETURN_IF_ERROR(CheckAgainstData(experiment, locations, dataset));
  if (HasTestSet(experiment.data())) {
    LADDER_RETURN_IF_ERROR(LoadTestSet(experiment.data(), dataset).status());
  }
  return dataset;
}

}  // namespace

absl::Status CheckData(const Experiment& experiment, const FieldLocations& locations) {
  return LoadTrainingSet(experiment, locations).status();
}

absl::Status CheckSameConfig(const RunDirectory& directory, const Experiment& experiment) {
  Experiment recorded;
  FieldLocations locations;
  LADDER_RETURN_IF_ERROR(Damaged(ReadTextProto(directory.config(), &recorded, &locations)));
  // A run of an older version may lack the defaults of newer fields.
  absl::StatusOr<Experiment> resolved = Resolve(recorded, locations);
  LADDER_RETURN_IF_ERROR(Damaged(resolved.status()));
  Experiment asked = experiment;
  for (Experiment* config : {&*resolved, &asked}) {
    config->clear_deployment();
    config->clear_published();
  }
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  if (differencer.Compare(*resolved, asked)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(directory.config(), ": the run to resume had another config: ",
                   absl::StrReplaceAll(absl::StripAsciiWhitespace(differences), {{"\n", "; "}})));
}

absl::StatusOr<absl::optional<Evaluation>> RunExperiment(const Experiment& experiment,
                                                         const FieldLocations& locations,
                                                         const RunOptions& options) {
  LADDER_ASSIGN_OR_RETURN(Dataset dataset, LoadTrainingSet(experiment, locations));
  LADDER_ASSIGN_OR_RETURN(RowSplit split, SplitRows(dataset, experiment.data()));
  LADDER_ASSIGN_OR_RETURN(const RunDirectory directory,
                          options.resume ? RunDirectory::Open(options.output_dir)
                                         : RunDirectory::Create(options.output_dir));
  if (options.resume) {
    LADDER_RETURN_IF_ERROR(CheckSameConfig(directory, experiment));
    LADDER_RETURN_IF_ERROR(CheckSameRows(directory, split));
  }
  LADDER_ASSIGN_OR_RETURN(const Preprocessing preprocessing,
                          options.resume
                              ? Preprocessing::Load(experiment.data(), directory.whitening())
                              : Preprocessing::Fit(experiment.data(), dataset));
  if (!options.resume) {
    LADDER_RETURN_IF_ERROR(preprocessing.Save(directory.whitening()));
    LADDER_RETURN_IF_ERROR(WriteBeginning(directory, experiment, options, split));
  }
  LADDER_RETURN_IF_ERROR(preprocessing.Apply(&dataset));

  Trainer trainer(experiment, std::move(dataset), std::move(split));
  RunState state;
  if (options.resume) {
    LADDER_ASSIGN_OR_RETURN(state, Resume(directory, &trainer));
  }
  LADDER_ASSIGN_OR_RETURN(MetricsLog metrics,
                          MetricsLog::Open(directory.metrics(), trainer.step()));
  ProgressOptions progress_options = StderrProgressOptions();
  progress_options.num_steps = trainer.num_steps();
  progress_options.first_step = trainer.step();
  Progress progress(&std::cerr, progress_options);
  Loop loop(experiment.deployment(), directory, &trainer, &metrics, &progress, state);
  const absl::Status trained = loop.TrainToTheEnd();
  if (absl::IsOutOfRange(trained)) {
    LADDER_RETURN_IF_ERROR(
        WriteFileAtomically(directory.failure(), absl::StrCat(trained.message(), "\n")));
  }
  LADDER_RETURN_IF_ERROR(trained);
  if (!HasTestSet(experiment.data())) return absl::optional<Evaluation>();

  LADDER_ASSIGN_OR_RETURN(Dataset test, LoadTestSet(experiment.data(), trainer.dataset()));
  LADDER_RETURN_IF_ERROR(preprocessing.Apply(&test));
  const Evaluation evaluation =
      Evaluate(&trainer.context(), trainer.model(), test, AllRows(test.num_examples()));
  LADDER_RETURN_IF_ERROR(WriteFileAtomically(directory.evaluation(), EvaluationJson(evaluation)));
  return absl::optional<Evaluation>(evaluation);
}

}  // namespace ladder

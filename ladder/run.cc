#include "ladder/run.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/json_text.h"
#include "base/processor.h"
#include "base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "ladder/data_config.h"
#include "ladder/denoising_report.h"
#include "ladder/evaluation_report.h"
#include "ladder/experiment_data.h"
#include "ladder/num_threads.h"
#include "ladder/preprocessing.h"
#include "ladder/resolve.h"
#include "ladder/saved_model.h"
#include "ladder/trainer.h"
#include "ladder/training_loop.h"
#include "ladder/warnings.h"
#include "nlohmann/json.hpp"
#include "training/checkpoint.h"
#include "training/metrics.h"
#include "training/outcome.h"
#include "training/progress.h"

namespace ladder {
namespace {

std::string RowNumbers(const std::vector<int64_t>& rows) {
  return absl::StrCat(absl::StrJoin(rows, "\n"), "\n");
}

// What a new run's directory says before the first step. The config comes last: it makes the
// directory a run.
absl::Status WriteBeginning(const RunDirectory& directory, const Experiment& experiment,
                            const RunOptions& options, const ExperimentData& data) {
  const nlohmann::ordered_json info = {{"config", options.name},
                                       {"processor", ProcessorName()},
                                       {"threads", NumThreads(experiment.deployment())}};
  LADDER_RETURN_IF_ERROR(WriteFileAtomically(directory.info(), JsonText(info)));
  LADDER_RETURN_IF_ERROR(
      WriteFileAtomically(directory.labeled_indices(), RowNumbers(data.split.labeled)));
  LADDER_RETURN_IF_ERROR(WriteFileAtomically(directory.rows(), RowsCsv(data.training, data.split)));
  LADDER_RETURN_IF_ERROR(WriteTextProto(directory.data(), data.record));
  LADDER_RETURN_IF_ERROR(
      WriteFileAtomically(directory.command(), absl::StrCat(options.command, "\n")));
  return WriteTextProto(directory.config(), experiment);
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
absl::Status CheckSameRows(const RunDirectory& directory, const Experiment& experiment,
                           const ExperimentData& data) {
  std::error_code error;
  if (std::filesystem::exists(directory.data(), error)) {  // not in a run of an older version
    LADDER_ASSIGN_OR_RETURN(const DataRecord recorded, ReadDataRecord(directory, experiment));
    LADDER_RETURN_IF_ERROR(CheckSameData(recorded, data.record));
  }
  LADDER_ASSIGN_OR_RETURN(const std::string labeled, ReadFile(directory.labeled_indices()));
  if (labeled == RowNumbers(data.split.labeled)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(directory.labeled_indices(),
                   ": the run to resume had other labeled rows; the data has changed since"));
}

// A run that is to have more epochs than it was started with says so from now on.
absl::Status RecordMoreEpochs(const RunDirectory& directory, const Experiment& experiment,
                              const RunOptions& options) {
  Experiment recorded;
  FieldLocations locations;
  LADDER_RETURN_IF_ERROR(ReadTextProto(directory.config(), &recorded, &locations));
  const int before = recorded.training().num_epochs();
  if (before == experiment.training().num_epochs()) return absl::OkStatus();
  // It is not finished any more, and has no result.
  LADDER_RETURN_IF_ERROR(directory.DeleteResults());
  LADDER_ASSIGN_OR_RETURN(std::string commands, ReadFile(directory.command()));
  absl::StrAppend(&commands, options.command, "  # num_epochs ", before, " -> ",
                  experiment.training().num_epochs(), "\n");
  LADDER_RETURN_IF_ERROR(WriteFileAtomically(directory.command(), commands));
  recorded.mutable_training()->set_num_epochs(experiment.training().num_epochs());
  return WriteTextProto(directory.config(), recorded);
}

// Before hours of training, not after: a test set that cannot be read, and one that is no test.
absl::Status CheckTestSet(const Experiment& experiment, const ExperimentData& data,
                          std::ostream* notes) {
  if (!HasTestSet(experiment.data())) return absl::OkStatus();
  EvaluationData file;
  const bool is_file = HasTestFile(experiment.data());
  if (is_file) {
    LADDER_ASSIGN_OR_RETURN(file, LoadTestSet(experiment, data.record, notes));
  }
  const Dataset& test = is_file ? file.dataset : data.training;
  const std::vector<int64_t>& rows = is_file ? file.rows : data.split.test;
  const int64_t num_equal = CountEqualRows(data.training, data.split.training, test, rows);
  if (num_equal > 0) {
    *notes << "warning: " << num_equal << " of " << rows.size()
           << " test rows are equal to rows that the model is shown\n";
  }
  return absl::OkStatus();
}

// The checkpoint that training.init_from names; none if it is unset.
absl::StatusOr<Checkpoint> FindStart(const Training& config) {
  if (!config.has_init_from()) return Checkpoint();
  LADDER_ASSIGN_OR_RETURN(const RunDirectory run, RunDirectory::Open(config.init_from()));
  return FindNewestCheckpoint(run.checkpoints());
}

// Starts parameters from those of another run.
absl::Status InitFrom(const Training& config, Trainer* trainer, std::ostream* notes) {
  LADDER_ASSIGN_OR_RETURN(const Checkpoint start, FindStart(config));
  LADDER_ASSIGN_OR_RETURN(const Safetensors file, ReadModelFile(start.path));
  std::vector<std::string> taken, others;
  for (const NamedTensor& parameter : NamedTensors(trainer->model().parameters())) {
    const Safetensors::Entry* entry = file.Find(parameter.name);
    const bool is_excepted = std::any_of(
        config.init_except().begin(), config.init_except().end(),
        [&](const std::string& start) { return absl::StartsWith(parameter.name, start); });
    const bool fits = entry != nullptr && entry->shape == parameter.tensor.shape() && !is_excepted;
    if (fits) file.Copy(*entry, parameter.tensor);
    (fits ? taken : others).push_back(parameter.name);
  }
  trainer->ProjectWeights();
  *notes << "parameters from " << start.path << ": " << absl::StrJoin(taken, ", ")
         << "\nstarting anew: " << (others.empty() ? "none" : absl::StrJoin(others, ", ")) << "\n";
  return absl::OkStatus();
}

const char* EndText(TrainingLoop::End end) {
  return end == TrainingLoop::End::kEarlyStopping
             ? "early stopping: the validation error did not improve any more"
             : "all epochs";
}

// Evaluates a finished run, and records the results.
absl::StatusOr<RunResult> EvaluateRun(const Experiment& experiment, const RunDirectory& directory,
                                      const DataRecord& record, const Preprocessing& preprocessing,
                                      Trainer* trainer) {
  RunResult result;
  result.is_finished = true;
  WarnOfStatistics(trainer, &std::cerr);
  if (experiment.training().keep_best()) {
    LADDER_ASSIGN_OR_RETURN(const Checkpoint best,
                            FindNewestCheckpoint(directory.best_checkpoint()));
    LADDER_RETURN_IF_ERROR(
        LoadCheckpoint(best.path, ModelTensors(trainer->model()), /*optimizer=*/nullptr).status());
  }
  const auto evaluate = [&](const Dataset& dataset, const std::vector<int64_t>& rows,
                            const std::string& path,
                            absl::optional<Evaluation>* evaluation) -> absl::Status {
    *evaluation =
        Evaluate(&trainer->context(), trainer->model(), dataset, rows, record.target_deviations());
    const DenoisingReport denoising = MeasureDenoising(&trainer->context(), trainer->model(),
                                                       dataset, rows, experiment.training());
    return WriteFileAtomically(path,
                               EvaluationJson(**evaluation, /*full_confusion=*/false, &denoising));
  };
  if (!trainer->split().validation.empty()) {
    LADDER_RETURN_IF_ERROR(evaluate(trainer->dataset(), trainer->split().validation,
                                    directory.validation(), &result.validation));
  }
  if (HasTestFile(experiment.data())) {
    std::ostream silent(nullptr);  // what there is to tell was told at the start
    LADDER_ASSIGN_OR_RETURN(EvaluationData test, LoadTestSet(experiment, record, &silent));
    LADDER_RETURN_IF_ERROR(preprocessing.Apply(&test.dataset));
    LADDER_RETURN_IF_ERROR(evaluate(test.dataset, test.rows, directory.evaluation(), &result.test));
  } else if (HasTestSet(experiment.data())) {
    LADDER_RETURN_IF_ERROR(
        evaluate(trainer->dataset(), trainer->split().test, directory.evaluation(), &result.test));
  }
  return result;
}

}  // namespace

absl::Status CheckData(const Experiment& experiment, const FieldLocations& locations) {
  LADDER_ASSIGN_OR_RETURN(const ExperimentData data,
                          LoadExperimentData(experiment, locations, &std::cerr));
  LADDER_RETURN_IF_ERROR(FindStart(experiment.training()).status());
  return CheckTestSet(experiment, data, &std::cerr);
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
  if (resolved->training().num_epochs() < asked.training().num_epochs()) {
    resolved->mutable_training()->set_num_epochs(asked.training().num_epochs());
  }
  google::protobuf::util::MessageDifferencer differencer;
  std::string differences;
  differencer.ReportDifferencesToString(&differences);
  if (differencer.Compare(*resolved, asked)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(directory.config(), ": the run to resume had another config: ",
                   absl::StrReplaceAll(absl::StripAsciiWhitespace(differences), {{"\n", "; "}})));
}

absl::StatusOr<RunResult> RunExperiment(const Experiment& asked, const FieldLocations& locations,
                                        const RunOptions& options) {
  std::ostream& notes = std::cerr;
  LADDER_ASSIGN_OR_RETURN(ExperimentData data, LoadExperimentData(asked, locations, &notes));
  LADDER_RETURN_IF_ERROR(CheckTestSet(asked, data, &notes));
  // Of a run that goes on, the one that it started from may be gone.
  if (!options.resume) LADDER_RETURN_IF_ERROR(FindStart(asked.training()).status());
  const Experiment experiment = WithData(asked, data.record);
  LADDER_ASSIGN_OR_RETURN(const RunDirectory directory,
                          options.resume ? RunDirectory::Resume(options.output_dir)
                                         : RunDirectory::Create(options.output_dir));
  // A run that ended before its config was written starts anew.
  const bool resume = options.resume && RunDirectory::IsRun(directory.path());
  if (resume) {
    LADDER_RETURN_IF_ERROR(CheckSameConfig(directory, experiment));
    LADDER_RETURN_IF_ERROR(CheckSameRows(directory, experiment, data));
    LADDER_RETURN_IF_ERROR(directory.DeleteLeftovers());
    LADDER_RETURN_IF_ERROR(RecordMoreEpochs(directory, experiment, options));
  }
  LADDER_ASSIGN_OR_RETURN(
      const Preprocessing preprocessing,
      resume ? Preprocessing::Load(experiment.data(), directory)
             : Preprocessing::Fit(experiment.data(), data.training, data.split.training));
  if (!resume) {
    LADDER_RETURN_IF_ERROR(preprocessing.Save(directory));
    LADDER_RETURN_IF_ERROR(WriteBeginning(directory, experiment, options, data));
  }
  const std::string data_text = DataText(data);
  LADDER_RETURN_IF_ERROR(preprocessing.Apply(&data.training));
  WarnOfScale(data.training, data.split.training, &notes);
  WarnOfFewValidationRows(experiment.training(), data.split, &notes);

  Trainer trainer(experiment, std::move(data.training), data.split);
  notes << data_text << "inputs    " << preprocessing.Text() << "\n"
        << "model     " << trainer.model().parameters().num_elements() << " parameters, "
        << trainer.num_epochs() << " epochs of " << trainer.steps_per_epoch() << " steps\n"
        << "run       " << directory.path() << std::endl;
  RunState state;
  if (resume) {
    LADDER_ASSIGN_OR_RETURN(state, Resume(directory, &trainer));
  }
  if (trainer.step() == 0 && experiment.training().has_init_from()) {
    LADDER_RETURN_IF_ERROR(InitFrom(experiment.training(), &trainer, &notes));
  }
  LADDER_ASSIGN_OR_RETURN(MetricsLog metrics,
                          MetricsLog::Open(directory.metrics(), trainer.step()));
  ProgressOptions progress_options = StderrProgressOptions();
  progress_options.num_steps = trainer.num_steps();
  progress_options.first_step = trainer.step();
  Progress progress(&std::cerr, progress_options);
  TrainingLoop loop(experiment, directory, &trainer, &metrics, &progress, state);
  const absl::StatusOr<TrainingLoop::End> end = loop.Train();
  if (IsDiverged(end.status())) {
    LADDER_RETURN_IF_ERROR(
        WriteFileAtomically(directory.failure(), absl::StrCat(end.status().message(), "\n")));
  }
  LADDER_RETURN_IF_ERROR(end.status());
  if (*end == TrainingLoop::End::kTimeLimit) return RunResult();
  if (*end == TrainingLoop::End::kEarlyStopping) notes << EndText(*end) << "\n";
  LADDER_ASSIGN_OR_RETURN(RunResult result,
                          EvaluateRun(experiment, directory, data.record, preprocessing, &trainer));
  LADDER_RETURN_IF_ERROR(
      WriteFileAtomically(directory.finished(), absl::StrCat(EndText(*end), "\n")));
  return result;
}

}  // namespace ladder

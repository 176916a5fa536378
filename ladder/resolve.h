#ifndef LADDER_LADDER_RESOLVE_H_
#define LADDER_LADDER_RESOLVE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/text_proto.h"
#include "data/dataset.h"
#include "ladder/experiment.pb.h"
#include "ladder/rows.h"

namespace ladder {

// The experiment, which ReadConfig (ladder/config_file.h) reads whole, with every default written
// out: those of the schema, layers' activations, and data.seed. What depends on the machine or on
// the data (threads, folders, num_labeled) stays unset. Resolving what is resolved changes nothing.
//
// An error, the first only, if something does not keep to experiment.proto; it names the field, the
// place where it was written and what is allowed.
absl::StatusOr<Experiment> Resolve(const Experiment& experiment, const FieldLocations& locations);

// An error unless the training data has the rows that a resolved experiment asks for.
absl::Status CheckRows(const Experiment& experiment, const FieldLocations& locations,
                       const Dataset& training_set);

// An error unless a resolved experiment fits this training data, whose inputs are numbers: its
// outputs, which the top layer says, the rows for each purpose, and a network, a batch and a number
// of steps that 32 bits can count.
absl::Status CheckAgainstData(const Experiment& experiment, const FieldLocations& locations,
                              const Dataset& training_set, const RowSplit& split);

}  // namespace ladder

#endif  // LADDER_LADDER_RESOLVE_H_

#ifndef LADDER_LADDER_DATA_CONFIG_H_
#define LADDER_LADDER_DATA_CONFIG_H_

#include "absl/status/status.h"
#include "base/field_check.h"
#include "ladder/data.pb.h"

// What a config's data says without its files.

namespace ladder {

// An error if fields that each keep to the rules of data.proto (base/field_rules.h) do not go
// together.
absl::Status CheckDataConfig(const Data& data, const FieldCheck& check);

// Whether it has a test set in files of its own; only a user's own data may not.
bool HasTestFile(const Data& data);
// Whether it has one at all: there, or in rows of the training file.
bool HasTestSet(const Data& data);
// Whether rows are set aside for validation.
bool HasValidationRows(const Data& data);

}  // namespace ladder

#endif  // LADDER_LADDER_DATA_CONFIG_H_

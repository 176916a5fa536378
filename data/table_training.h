#ifndef LADDER_DATA_TABLE_TRAINING_H_
#define LADDER_DATA_TABLE_TRAINING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/thread_pool.h"
#include "data/delimited_text.h"
#include "data/table.h"
#include "data/table_schema.pb.h"

namespace ladder {

// Completes the schema of a training file, which has names and roles, from its rows: which columns
// have categories and which, where cells are missing, which columns are no inputs, what the classes
// are.
absl::Status FitSchema(const DelimitedText& text, absl::Span<const TextBlock> blocks,
                       const TableOptions& options, ThreadPool* pool, TableSchema* schema,
                       std::vector<std::string>* notes);

}  // namespace ladder

#endif  // LADDER_DATA_TABLE_TRAINING_H_

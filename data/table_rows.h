#ifndef LADDER_DATA_TABLE_ROWS_H_
#define LADDER_DATA_TABLE_ROWS_H_

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/thread_pool.h"
#include "data/dataset.h"
#include "data/delimited_text.h"
#include "data/table.h"
#include "data/table_columns.h"
#include "data/table_schema.pb.h"

namespace ladder {

// How many rows a thread takes at a time: the same for any number of threads.
inline constexpr int64_t kRowsPerTask = 512;

// Makes rows of text a data set, by a schema.
class RowParser {
 public:
  // All but `match` outlive this.
  RowParser(const TableSchema& schema, LabelKind labels, ColumnMatch match,
            const DelimitedText& text);

  // A data set without rows.
  Dataset Start() const;
  // Appends rows of the block to it.
  absl::Status Parse(const TextBlock& block, int64_t first_row, int64_t num_rows, ThreadPool* pool,
                     Dataset* dataset);
  // As Table::notes, of all rows so far.
  std::vector<std::string> Notes() const;

 private:
  enum class Use { kSkip, kNumber, kCategory, kClass, kTarget, kFlag, kId };
  struct Plan {
    Use use = Use::kSkip;
    int column = -1;  // of the schema
    size_t slot = 0;  // which input, target or id
  };
  using Indices = absl::flat_hash_map<std::string, int32_t>;
  // What is noted of an input.
  struct Counts {
    int64_t missing = 0;
    int64_t new_categories = 0;
    std::string example;  // of these, the first
  };
  // Where a row goes.
  struct Row {
    float* inputs;
    int32_t* label;
    float* targets;
    std::string* id;
  };

  absl::Status ParseRow(const TextBlock& block, absl::string_view text, const Row& row,
                        std::vector<Counts>* counts) const;
  // An empty message: all is well.
  std::string ParseCell(const Plan& plan, absl::string_view text, const Row& row,
                        Counts* counts) const;
  std::string ParseClass(absl::string_view text, int32_t* label) const;

  const TableSchema& schema_;
  const LabelKind labels_;
  const ColumnMatch match_;
  const DelimitedText& text_;
  std::vector<Plan> plans_;  // for each column of the file
  std::vector<int> inputs_;  // the schema's columns
  std::vector<int> targets_;
  int num_ids_ = 0;                  // 0 if one of them is not in the file
  std::vector<Indices> categories_;  // for each input
  Indices classes_;
  std::unordered_map<double, int32_t> class_numbers_;
  std::vector<Counts> counts_;  // for each input
};

}  // namespace ladder

#endif  // LADDER_DATA_TABLE_ROWS_H_

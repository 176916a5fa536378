#include "data/table.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "base/thread_pool.h"
#include "data/delimited_text.h"
#include "data/table_columns.h"
#include "data/table_rows.h"
#include "data/table_training.h"

namespace ladder {
namespace {

// For a file whose first block, and all others if it is small, has this many rows. Reading is soon
// bound by memory.
int NumThreads(int64_t num_rows) {
  if (num_rows <= kRowsPerTask) return 1;
  return static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1u, 8u));
}

// An error of the whole file, unless it already names a place.
absl::Status InFile(const DelimitedText& text, const absl::Status& status) {
  if (status.ok() || absl::IsDataLoss(status)) return status;
  return absl::Status(status.code(), absl::StrCat(text.name(), ": ", status.message()));
}

absl::Status NoRows(const DelimitedText& text) {
  return absl::DataLossError(absl::StrCat(text.name(), ": no row of data"));
}

// Whether labels that are numbers make many classes, most of them of one or two rows: quantities
// do.
bool AreRare(const Dataset& dataset) {
  constexpr int kManyClasses = 50;
  std::vector<int64_t> counts(static_cast<size_t>(dataset.num_classes));
  for (const int32_t label : dataset.labels) {
    if (label != kNoLabel) ++counts[static_cast<size_t>(label)];
  }
  return dataset.num_classes > kManyClasses &&
         2 * std::count_if(counts.begin(), counts.end(), [](int64_t n) { return n <= 2; }) >
             dataset.num_classes;
}

class SchemaReader : public TableReader {
 public:
  SchemaReader(TableSchema schema, LabelKind labels)
      : schema_(std::move(schema)), labels_(labels) {}

  absl::Status Start(const std::string& path, bool needs_labels) {
    // A file of another separator than the training file's is read by its own.
    const char hint = schema_.separator().empty() ? '\0' : schema_.separator()[0];
    LADDER_ASSIGN_OR_RETURN(
        text_, DelimitedText::Open(path, schema_.columns_size() == 1 ? hint : '\0', hint));
    LADDER_ASSIGN_OR_RETURN(block_, text_->Next());
    if (block_.rows.empty()) return NoRows(*text_);
    pool_ = std::make_unique<ThreadPool>(NumThreads(block_.num_rows()));
    LADDER_ASSIGN_OR_RETURN(const std::vector<std::string> cells, FirstCells(*text_, block_));
    absl::StatusOr<ColumnMatch> match = MatchColumns(schema_, cells, needs_labels);
    const char* first = block_.Row(0).data();
    if (!match.ok()) return text_->Error(block_, first, match.status().message());
    next_row_ = match->has_header ? 1 : 0;
    parser_ = std::make_unique<RowParser>(schema_, labels_, *std::move(match), *text_);
    return absl::OkStatus();
  }

  absl::StatusOr<Dataset> Read(int64_t max_rows) override {
    Dataset dataset = parser_->Start();
    int64_t num_rows = 0;
    while (num_rows < max_rows) {
      if (next_row_ == block_.num_rows()) {
        block_ = TextBlock();  // before there is another one
        LADDER_ASSIGN_OR_RETURN(block_, text_->Next());
        next_row_ = 0;
        if (block_.rows.empty()) break;
      }
      const int64_t size = std::min(max_rows - num_rows, block_.num_rows() - next_row_);
      LADDER_RETURN_IF_ERROR(parser_->Parse(block_, next_row_, size, pool_.get(), &dataset));
      next_row_ += size;
      num_rows += size;
    }
    has_rows_ = has_rows_ || num_rows > 0;
    if (!has_rows_ && max_rows > 0) return NoRows(*text_);
    return dataset;
  }

  std::vector<std::string> Notes() const override { return parser_->Notes(); }

 private:
  const TableSchema schema_;
  const LabelKind labels_;
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<DelimitedText> text_;
  std::unique_ptr<RowParser> parser_;
  TextBlock block_;
  int64_t next_row_ = 0;  // in the block
  bool has_rows_ = false;
};

}  // namespace

absl::StatusOr<Table> ReadTable(const std::string& path, const TableOptions& options) {
  LADDER_ASSIGN_OR_RETURN(const std::unique_ptr<DelimitedText> text,
                          DelimitedText::Open(path, options.separator));
  // The text is gone through several times, and is less than the numbers in it, so it is kept.
  std::vector<TextBlock> blocks;
  int64_t num_rows = 0;
  while (true) {
    LADDER_ASSIGN_OR_RETURN(TextBlock block, text->Next());
    if (block.rows.empty()) break;
    num_rows += block.num_rows();
    blocks.push_back(std::move(block));
  }
  if (blocks.empty()) return NoRows(*text);
  TextBlock& first = blocks.front();
  LADDER_ASSIGN_OR_RETURN(const std::vector<std::string> cells, FirstCells(*text, first));
  const bool has_header =
      options.header == TableOptions::Header::kPresent ||
      (options.header == TableOptions::Header::kDetect && LooksLikeHeader(cells));
  Table table;
  absl::StatusOr<TableSchema> schema = MakeSchema(cells, has_header, options);
  if (!schema.ok()) return InFile(*text, schema.status());
  table.schema = *std::move(schema);
  table.schema.set_separator(std::string(1, text->separator()));
  if (has_header) {
    first.rows.erase(first.rows.begin());
    --num_rows;
  }
  if (num_rows == 0) return NoRows(*text);

  ThreadPool pool(NumThreads(num_rows));
  LADDER_RETURN_IF_ERROR(
      InFile(*text, FitSchema(*text, blocks, options, &pool, &table.schema, &table.notes)));
  ColumnMatch match;
  match.has_header = has_header;
  match.has_labels = true;
  for (int i = 0; i < table.schema.columns_size(); ++i) match.sources.push_back(i);
  RowParser parser(table.schema, options.labels, std::move(match), *text);
  table.dataset = parser.Start();
  std::get<std::vector<float>>(table.dataset.inputs)
      .reserve(static_cast<size_t>(num_rows * table.dataset.example_size()));
  for (TextBlock& block : blocks) {
    LADDER_RETURN_IF_ERROR(parser.Parse(block, 0, block.num_rows(), &pool, &table.dataset));
    block = TextBlock();
  }
  if (table.schema.classes_are_numbers() && options.class_names.empty() && AreRare(table.dataset)) {
    table.notes.push_back(
        absl::StrCat("the labels are ", table.dataset.num_classes,
                     " different numbers, most of them in one or "
                     "two rows; if they are no classes, set `model { target: NUMBERS }`"));
  }
  const std::vector<std::string> notes = parser.Notes();
  table.notes.insert(table.notes.end(), notes.begin(), notes.end());
  return table;
}

absl::StatusOr<Table> ReadTable(const std::string& path, const TableSchema& schema,
                                LabelKind labels, bool needs_labels) {
  LADDER_ASSIGN_OR_RETURN(const std::unique_ptr<TableReader> reader,
                          TableReader::Open(path, schema, labels, needs_labels));
  Table table;
  table.schema = schema;
  LADDER_ASSIGN_OR_RETURN(table.dataset, reader->Read(std::numeric_limits<int64_t>::max()));
  table.notes = reader->Notes();
  return table;
}

absl::StatusOr<std::unique_ptr<TableReader>> TableReader::Open(const std::string& path,
                                                               const TableSchema& schema,
                                                               LabelKind labels,
                                                               bool needs_labels) {
  auto reader = std::make_unique<SchemaReader>(schema, labels);
  LADDER_RETURN_IF_ERROR(reader->Start(path, needs_labels));
  return absl::StatusOr<std::unique_ptr<TableReader>>(std::move(reader));
}

}  // namespace ladder

#ifndef LADDER_DATA_DELIMITED_TEXT_H_
#define LADDER_DATA_DELIMITED_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "data/unpacked_file.h"

namespace ladder {

class RowCells;

// Consecutive rows of a file.
struct TextBlock {
  std::string text;
  // Where each row starts in the text; it ends where the next one starts, or the text ends.
  std::vector<uint32_t> rows;
  int64_t first_line = 1;  // the number in the file, from 1, of the line that the text starts with

  int64_t num_rows() const { return static_cast<int64_t>(rows.size()); }
  absl::string_view Row(int64_t row) const {
    const auto i = static_cast<size_t>(row);
    const size_t end = i + 1 < rows.size() ? rows[i + 1] : text.size();
    return absl::string_view(text).substr(rows[i], end - rows[i]);
  }
  // The number of the line that a place in the text is in.
  int64_t Line(const char* place) const;
};

// A file of delimited text, which is UTF-8, some rows at a time. Lines with nothing in them are no
// rows.
class DelimitedText {
 public:
  // '\0': a tab if the first line has one outside quotes, else a semicolon, else a comma. `hint` is
  // taken before these if the line has it; '\0' is none.
  static absl::StatusOr<std::unique_ptr<DelimitedText>> Open(const std::string& path,
                                                             char separator, char hint = '\0');

  const std::string& name() const { return file_->name(); }
  char separator() const { return separator_; }

  // The next rows; none at the end.
  absl::StatusOr<TextBlock> Next();

  // "FILE:LINE:COLUMN: message" for a place in the block's text; both from 1, columns in bytes.
  absl::Status Error(const TextBlock& block, const char* place, absl::string_view message) const;
  // The error of a row whose cells, all gone through, do not match in their quotes, or are not as
  // many as in the first line.
  absl::Status CheckRow(const TextBlock& block, absl::string_view row, const RowCells& cells,
                        size_t num_cells, size_t expected) const;

 private:
  explicit DelimitedText(std::unique_ptr<UnpackedFile> file) : file_(std::move(file)) {}
  absl::Status ReadUpTo(size_t size);  // of `rest_`

  std::unique_ptr<UnpackedFile> file_;
  char separator_ = ',';
  std::string rest_;        // what has been read beyond the rows that were returned
  int64_t line_ = 1;        // that `rest_` starts with
  int64_t first_line_ = 0;  // that has the first row; 0 before it is found
  bool is_at_end_ = false;
};

// Goes through the cells of a row.
class RowCells {
 public:
  RowCells(absl::string_view row, char separator)
      : next_(row.data()), end_(row.data() + row.size()), separator_(separator) {}

  // Goes to the next cell. False after the last one, and where quotes do not match: see error().
  bool Next() {
    if (next_ == nullptr) return false;
    const char* begin = next_;
    while (begin < end_ && IsSpace(*begin)) ++begin;
    place_ = begin;
    if (begin < end_ && *begin == '"') return NextQuoted(begin + 1);
    const char* end = begin;
    while (end < end_ && *end != separator_) ++end;
    next_ = end == end_ ? nullptr : end + 1;
    while (end > begin && IsSpace(end[-1])) --end;
    text_ = absl::string_view(begin, static_cast<size_t>(end - begin));
    return true;
  }

  // Without spaces around it or, if quoted, as between the quotes. Until the next call of Next().
  absl::string_view text() const { return text_; }
  const char* place() const { return place_; }  // where the cell, or an error, is in the row
  const char* error() const { return error_; }  // null: none

 private:
  bool IsSpace(char c) const { return (c == ' ' || (c >= '\t' && c <= '\r')) && c != separator_; }
  bool NextQuoted(const char* begin);

  const char* next_;
  const char* end_;
  char separator_;
  absl::string_view text_;
  const char* place_ = nullptr;
  const char* error_ = nullptr;
  std::string unescaped_;
};

}  // namespace ladder

#endif  // LADDER_DATA_DELIMITED_TEXT_H_

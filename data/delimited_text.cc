#include "data/delimited_text.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "data/csv_text.h"

namespace ladder {
namespace {

constexpr size_t kStepBytes = size_t{1} << 16;
constexpr size_t kBlockBytes = size_t{4} << 20;
// No row of a table is longer; a quote that is not closed makes one.
constexpr size_t kMaxRowBytes = size_t{64} << 20;
constexpr size_t kNone = absl::string_view::npos;

bool IsSpace(char c, char separator) {
  return (c == ' ' || (c >= '\t' && c <= '\r')) && c != separator;
}

bool IsBlank(absl::string_view text, char separator) {
  return std::all_of(text.begin(), text.end(), [&](char c) { return IsSpace(c, separator); });
}

// Where the row that starts at `begin` has its newline; kNone if it goes on after the text. Cells
// are cut as by RowCells.
size_t RowEnd(absl::string_view text, size_t begin, char separator) {
  size_t at = begin;
  while (true) {
    while (at < text.size() && text[at] != '\n' && IsSpace(text[at], separator)) ++at;
    if (at < text.size() && text[at] == '"') {
      ++at;
      while (true) {
        at = text.find('"', at);
        if (at == kNone) return kNone;
        ++at;
        if (at == text.size() || text[at] != '"') break;
        ++at;
      }
    }
    while (at < text.size() && text[at] != '\n' && text[at] != separator) ++at;
    if (at == text.size()) return kNone;
    if (text[at] == '\n') return at;
    ++at;
  }
}

// Finds the rows that end in the text. Returns where the last of them ends.
size_t FindRows(absl::string_view text, char separator, bool is_at_end,
                std::vector<uint32_t>* rows) {
  const bool has_quotes = text.find('"') != kNone;
  size_t begin = 0;
  while (begin < text.size()) {
    const size_t newline = has_quotes ? RowEnd(text, begin, separator) : text.find('\n', begin);
    if (newline == kNone && !is_at_end) break;
    const size_t end = newline == kNone ? text.size() : newline + 1;
    if (!IsBlank(text.substr(begin, end - begin), separator)) {
      rows->push_back(static_cast<uint32_t>(begin));
    }
    begin = end;
  }
  return begin;
}

char FindSeparator(absl::string_view text, char hint) {
  bool has_hint = false;
  bool has_tab = false;
  bool has_semicolon = false;
  bool is_quoted = false;
  bool is_blank = true;
  for (const char c : text) {
    if (c == '"') is_quoted = !is_quoted;
    if (c == '\n' && !is_quoted && !is_blank) break;
    is_blank = is_blank && IsSpace(c, '\t');
    if (is_quoted) continue;
    has_hint = has_hint || (hint != '\0' && c == hint);
    has_tab = has_tab || c == '\t';
    has_semicolon = has_semicolon || c == ';';
  }
  if (has_hint) return hint;
  return has_tab ? '\t' : has_semicolon ? ';' : ',';
}

int64_t CountLines(absl::string_view text) { return std::count(text.begin(), text.end(), '\n'); }

}  // namespace

int64_t TextBlock::Line(const char* place) const {
  return first_line +
         CountLines(absl::string_view(text.data(), static_cast<size_t>(place - text.data())));
}

absl::StatusOr<std::unique_ptr<DelimitedText>> DelimitedText::Open(const std::string& path,
                                                                   char separator, char hint) {
  // Rows are used and forgotten: a file may have any size.
  auto file =
      absl::make_unique<UnpackedFile>(path, /*max_bytes=*/std::numeric_limits<int64_t>::max());
  LADDER_RETURN_IF_ERROR(file->Check());
  auto text = absl::WrapUnique(new DelimitedText(std::move(file)));
  LADDER_RETURN_IF_ERROR(text->ReadUpTo(kBlockBytes));
  LADDER_RETURN_IF_ERROR(CheckStart(text->rest_, text->name()));
  // The byte order mark of some spreadsheets.
  if (absl::StartsWith(text->rest_, "\xEF\xBB\xBF")) text->rest_.erase(0, 3);
  text->separator_ = separator != '\0' ? separator : FindSeparator(text->rest_, hint);
  return text;
}

absl::Status DelimitedText::ReadUpTo(size_t size) {
  if (size > rest_.size()) rest_.reserve(size);
  // Step by step: most files are small, and memory that is not touched costs nothing.
  while (!is_at_end_ && rest_.size() < size) {
    const size_t begin = rest_.size();
    const size_t step = std::min(size - begin, std::max(begin, kStepBytes));
    rest_.resize(begin + step);
    uint8_t* const out = reinterpret_cast<uint8_t*>(rest_.data()) + begin;
    LADDER_ASSIGN_OR_RETURN(const int64_t got, file_->Read(absl::MakeSpan(out, step)));
    is_at_end_ = static_cast<size_t>(got) < step;
    rest_.resize(begin + static_cast<size_t>(got));
  }
  return absl::OkStatus();
}

absl::StatusOr<TextBlock> DelimitedText::Next() {
  TextBlock block;
  size_t size = kBlockBytes;
  while (true) {
    LADDER_RETURN_IF_ERROR(ReadUpTo(size));
    const size_t end = FindRows(rest_, separator_, is_at_end_, &block.rows);
    block.first_line = line_;
    line_ += CountLines(absl::string_view(rest_).substr(0, end));
    if (!block.rows.empty() || is_at_end_) {
      std::string rest = rest_.substr(end);
      rest_.resize(end);
      block.text = std::move(rest_);
      rest_ = std::move(rest);
      const size_t num_bytes = Utf8Size(block.text);
      if (num_bytes < block.text.size()) {
        return Error(block, block.text.data() + num_bytes,
                     "the text is not UTF-8; save it as UTF-8");
      }
      if (first_line_ == 0 && !block.rows.empty()) first_line_ = block.Line(block.Row(0).data());
      return block;
    }
    rest_.erase(0, end);  // blank lines
    if (rest_.size() >= kMaxRowBytes) {
      return absl::DataLossError(
          absl::StrCat(name(), ":", line_, ":1: the row is longer than ", kMaxRowBytes >> 20,
                       " MiB, the most that is read; is a quote not closed?"));
    }
    size = std::max(kBlockBytes, 2 * rest_.size());
  }
}

absl::Status DelimitedText::Error(const TextBlock& block, const char* place,
                                  absl::string_view message) const {
  const absl::string_view before(block.text.data(), static_cast<size_t>(place - block.text.data()));
  const size_t newline = before.rfind('\n');
  const size_t column = before.size() - (newline == kNone ? 0 : newline + 1) + 1;
  return absl::DataLossError(
      absl::StrCat(name(), ":", block.Line(place), ":", column, ": ", message));
}

absl::Status DelimitedText::CheckRow(const TextBlock& block, absl::string_view row,
                                     const RowCells& cells, size_t num_cells,
                                     size_t expected) const {
  if (cells.error() != nullptr) return Error(block, cells.place(), cells.error());
  if (num_cells == expected) return absl::OkStatus();
  return Error(block, row.data(),
               absl::StrCat("got ", num_cells, num_cells == 1 ? " column" : " columns",
                            ", expected ", expected, " as in line ", first_line_));
}

bool RowCells::NextQuoted(const char* begin) {
  bool has_escapes = false;
  const char* end = begin;
  while (true) {
    end = static_cast<const char*>(std::memchr(end, '"', static_cast<size_t>(end_ - end)));
    if (end == nullptr) {
      error_ = "the quote is not closed";
      next_ = nullptr;
      return false;
    }
    if (end + 1 == end_ || end[1] != '"') break;
    has_escapes = true;
    end += 2;
  }
  text_ = absl::string_view(begin, static_cast<size_t>(end - begin));
  if (has_escapes) {
    unescaped_.clear();
    for (size_t i = 0; i < text_.size(); ++i) {
      unescaped_.push_back(text_[i]);
      if (text_[i] == '"') ++i;
    }
    text_ = unescaped_;
  }
  ++end;
  while (end < end_ && IsSpace(*end)) ++end;
  if (end < end_ && *end != separator_) {
    error_ = "expected a separator after the quote";
    place_ = end;
    next_ = nullptr;
    return false;
  }
  next_ = end == end_ ? nullptr : end + 1;
  return true;
}

}  // namespace ladder

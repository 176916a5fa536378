#ifndef LADDER_TESTS_DATA_TABLE_TEXT_H_
#define LADDER_TESTS_DATA_TABLE_TEXT_H_

#include <zlib.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/file.h"
#include "data/table.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

// Tables as tests write them.

namespace ladder {

MATCHER(IsMissing, "") { return std::isnan(arg); }

inline std::string Directory() {
  static const std::string* const kDirectory = [] {
    std::string name = testing::TempDir() + "/table_test_XXXXXX";
    return new std::string(mkdtemp(name.data()));
  }();
  return *kDirectory;
}

inline std::string Write(absl::string_view text) {
  const std::string path = Directory() + "/x.csv";
  // Not WriteFileAtomically, which waits for the disk.
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

inline absl::StatusOr<Table> Read(absl::string_view text, const TableOptions& options = {}) {
  return ReadTable(Write(text), options);
}

inline absl::StatusOr<Table> ReadBy(const TableSchema& schema, absl::string_view text,
                                    bool needs_labels = true,
                                    LabelKind labels = LabelKind::kClasses) {
  return ReadTable(Write(text), schema, labels, needs_labels);
}

// Without the folder.
inline std::string Error(const absl::StatusOr<Table>& table) {
  const std::string message(table.status().message());
  const std::string folder = Directory() + "/";
  return message.compare(0, folder.size(), folder) == 0 ? message.substr(folder.size()) : message;
}

inline std::vector<float> Inputs(const absl::StatusOr<Table>& table) {
  return std::get<std::vector<float>>(table.value().dataset.inputs);
}

inline std::string Gzip(absl::string_view text) {
  const std::string path = Directory() + "/packed";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return ReadFile(path).value();
}

}  // namespace ladder

#endif  // LADDER_TESTS_DATA_TABLE_TEXT_H_

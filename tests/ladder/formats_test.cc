// The same examples in every format train the same model, to the bit.
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/file.h"
#include "base/text_proto.h"
#include "data/digits.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"
#include "ladder/run.h"
#include "ladder/saved_model.h"
#include "tests/data/png_file.h"
#include "training/run_directory.h"

namespace ladder {
namespace {

constexpr int64_t kSide = 8;
constexpr int64_t kPixels = kSide * kSide;
constexpr uint8_t kNone = 255;

// Digits as bytes, in the order that a folder a class has them: class by class, then those whose
// label nobody knows.
struct Bytes {
  std::vector<uint8_t> pixels;  // [n, kPixels]
  std::vector<uint8_t> labels;  // [n], or kNone
  size_t size() const { return labels.size(); }
};

Bytes SomeDigits() {
  Dataset digits = Digits(DatasetPart::kTraining);
  const std::vector<float>& values = digits.MakeFloats();
  Bytes bytes;
  for (int label = 0; label <= 10; ++label) {
    for (size_t i = 0; i < 300; ++i) {
      const bool is_known = i % 3 == 0;
      if (label < 10 ? !is_known || digits.labels[i] != label : is_known) continue;
      for (int64_t j = 0; j < kPixels; ++j) {
        bytes.pixels.push_back(static_cast<uint8_t>(255 * values[i * kPixels + j]));
      }
      bytes.labels.push_back(label < 10 ? static_cast<uint8_t>(label) : kNone);
    }
  }
  return bytes;
}

std::string Folder(const std::string& name) {
  const std::string path = JoinPath(testing::TempDir(), absl::StrCat("formats_", name));
  std::filesystem::remove_all(path);
  std::filesystem::create_directories(path);
  return path;
}

void Write(const std::string& path, const std::string& contents) {
  ASSERT_TRUE(WriteFileAtomically(path, contents).ok()) << path;
}

std::string Text(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

// What `data` trains, its weights and statistics.
std::string Train(const std::string& data) {
  FieldLocations locations;
  Experiment experiment;
  const absl::Status parsed = ParseTextProto(
      absl::StrCat(R"pb(
                     model {
                       input { decoder { cost_weight: 100 } }
                       layers {
                         fully_connected { units: 20 }
                         decoder { cost_weight: 1 }
                       }
                       layers {
                         fully_connected {}
                         decoder { cost_weight: 0.1 }
                       }
                     }
                     training { num_epochs: 3 prediction_statistics: BOTH prior_correction: true }
                     deployment { num_threads: 1 }
                   )pb",
                   "data { ", data, " }"),
      "x.pbtxt", &experiment, &locations);
  EXPECT_TRUE(parsed.ok()) << parsed;
  const std::string path = Folder("run");
  const absl::StatusOr<RunResult> result = RunExperiment(
      Resolve(experiment, locations).value(), locations, {.output_dir = path, .command = ""});
  EXPECT_TRUE(result.ok()) << result.status();
  const absl::StatusOr<Checkpoint> last = FindCheckpoint(*RunDirectory::Open(path), "last");
  EXPECT_TRUE(last.ok()) << last.status();
  return ReadFile(JoinPath(last->path, "model.safetensors")).value();
}

std::string Idx(const Bytes& digits) {
  const std::string folder = Folder("idx");
  const auto size = [](size_t n) {
    return std::string{'\0', '\0', static_cast<char>(n >> 8), static_cast<char>(n & 255)};
  };
  Write(JoinPath(folder, "images"),
        absl::StrCat(std::string("\0\0\x08\x03", 4), size(digits.size()), size(kSide), size(kSide),
                     Text(digits.pixels)));
  Write(JoinPath(folder, "labels"),
        absl::StrCat(std::string("\0\0\x08\x01", 4), size(digits.size()), Text(digits.labels)));
  return absl::StrFormat("idx { training_images: '%s/images' training_labels: '%s/labels' }",
                         folder, folder);
}

// One in which labels are words, and some are missing.
std::string Table(const Bytes& digits) {
  constexpr const char* kWords[] = {"a_zero", "b_one", "c_two",   "d_three", "e_four",
                                    "f_five", "g_six", "h_seven", "i_eight", "j_nine"};
  std::string csv = "digit";
  for (int64_t j = 0; j < kPixels; ++j) absl::StrAppend(&csv, ",pixel_", j);
  for (size_t i = 0; i < digits.size(); ++i) {
    absl::StrAppend(&csv, "\n", digits.labels[i] == kNone ? "" : kWords[digits.labels[i]]);
    for (int64_t j = 0; j < kPixels; ++j) {
      const auto pixel = static_cast<float>(digits.pixels[i * kPixels + j]);
      absl::StrAppendFormat(&csv, ",%.9g", pixel * static_cast<float>(1.0 / 255));
    }
  }
  const std::string path = JoinPath(Folder("table"), "digits.csv");
  Write(path, csv);
  return absl::StrFormat(
      "table { training: '%s' label_column: 'digit' } standardization { method: NONE }", path);
}

std::string Npy(const std::string& header, const std::string& values) {
  std::string padded = header;
  while ((10 + padded.size() + 1) % 64 != 0) padded += ' ';
  padded += '\n';
  return absl::StrCat("\x93NUMPY", std::string("\x01\x00", 2),
                      std::string{static_cast<char>(padded.size()), '\0'}, padded, values);
}

std::string Arrays(const Bytes& digits) {
  const std::string folder = Folder("arrays");
  Write(JoinPath(folder, "x.npy"),
        Npy(absl::StrCat("{'descr': '|u1', 'fortran_order': False, 'shape': (", digits.size(),
                         ", 8, 8), }"),
            Text(digits.pixels)));
  std::string labels;
  for (const uint8_t label : digits.labels)
    labels += static_cast<char>(label == kNone ? -1 : label);
  Write(JoinPath(folder, "y.npy"),
        Npy(absl::StrCat("{'descr': '|i1', 'fortran_order': False, 'shape': (", digits.size(),
                         ",), }"),
            labels));
  return absl::StrFormat("arrays { inputs: '%s/x.npy' labels: '%s/y.npy' }", folder, folder);
}

std::string Images(const Bytes& digits) {
  const std::string folder = Folder("images");
  for (size_t i = 0; i < digits.size(); ++i) {
    const std::string label =
        digits.labels[i] == kNone ? "unlabeled" : absl::StrCat(digits.labels[i]);
    std::filesystem::create_directories(JoinPath(folder, label));
    Write(absl::StrFormat("%s/%s/%04d.png", folder, label, i),
          Png(kSide, kSide,
              std::string(digits.pixels.begin() + i * kPixels,
                          digits.pixels.begin() + (i + 1) * kPixels)));
  }
  return absl::StrFormat("images { directory: '%s' }", folder);
}

TEST(FormatsTest, TheSameExamplesTrainTheSameModel) {
  setenv("HOME", testing::TempDir().c_str(), 1);  // where decoded images are kept
  const Bytes digits = SomeDigits();
  ASSERT_EQ(digits.size(), 300);

  const std::string model = Train(Idx(digits));

  EXPECT_EQ(Train(Table(digits)), model);
  EXPECT_EQ(Train(Arrays(digits)), model);
  EXPECT_EQ(Train(Images(digits)), model);
}

}  // namespace
}  // namespace ladder

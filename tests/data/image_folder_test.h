#ifndef LADDER_TESTS_DATA_IMAGE_FOLDER_TEST_H_
#define LADDER_TESTS_DATA_IMAGE_FOLDER_TEST_H_

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "data/image_files.h"
#include "gtest/gtest.h"

namespace ladder {

// A folder of image files of the test's own.
class ImageFolderTest : public testing::Test {
 protected:
  ImageFolderTest() {
    std::string directory = testing::TempDir() + "/image_files_test_XXXXXX";
    root_ = mkdtemp(directory.data());
    path_ = root_ + "/images";
    std::filesystem::create_directories(path_);
  }
  ~ImageFolderTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& contents) {
    const std::filesystem::path file = path_ + "/" + name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << contents;
  }
  absl::StatusOr<Dataset> Read(const std::string& name = "") {
    notes_.str("");
    return ReadImageFiles(name.empty() ? path_ : path_ + "/" + name, options_, &notes_);
  }
  // Of a folder with this file alone.
  std::vector<int> Pixels(const std::string& file) {
    Write("x", file);
    const absl::StatusOr<Dataset> dataset = Read();
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    if (!dataset.ok()) return {};
    shape_ = dataset->example_shape;
    const auto& bytes = std::get<std::vector<uint8_t>>(dataset->inputs);
    return {bytes.begin(), bytes.end()};
  }
  std::string Error(const std::string& name = "") {
    return std::string(Read(name).status().message());
  }

  std::string root_, path_;
  ImageFilesOptions options_;
  std::ostringstream notes_;
  std::vector<int64_t> shape_;
};

}  // namespace ladder

#endif  // LADDER_TESTS_DATA_IMAGE_FOLDER_TEST_H_

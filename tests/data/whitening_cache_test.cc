#include "data/whitening_cache.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFitting[] = "fitting the whitening to 4 examples of 2 values\n";

std::string TestDirectory() {
  std::string path = testing::TempDir() + "/whitening_cache_test_XXXXXX";
  return mkdtemp(path.data());
}

Dataset Points() {
  return {.example_shape = {2}, .inputs = std::vector<float>{0, 1, 2, 5, 3, 3, -1, 0}};
}

std::vector<std::string> Files(const std::string& directory) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    files.push_back(entry.path().string());
  }
  return files;
}

// The matrix's elements, and what was noted.
struct Result {
  std::vector<float> matrix;
  std::string notes;
};

Result Get(const std::string& directory, const Dataset& dataset = Points(), double epsilon = 0.1) {
  std::ostringstream notes;
  const Whitening whitening = FitWhiteningOnce(dataset, epsilon, directory, &notes).value();
  return {{whitening.matrix().begin(), whitening.matrix().end()}, notes.str()};
}

TEST(WhiteningCacheTest, TheSecondTimeItIsRead) {
  const std::string directory = TestDirectory() + "/whitening";

  const Result first = Get(directory);
  const Result second = Get(directory);

  EXPECT_EQ(first.notes, kFitting);
  EXPECT_THAT(second.notes, IsEmpty());
  EXPECT_EQ(second.matrix, first.matrix);
  EXPECT_EQ(Files(directory).size(), 1);
}

TEST(WhiteningCacheTest, OtherInputsAndAnotherEpsilonAreFittedApart) {
  const std::string directory = TestDirectory();
  Get(directory);
  Dataset other = Points();
  std::get<std::vector<float>>(other.inputs)[3] = 6;
  Dataset scaled = Points();
  scaled.scale = 2;

  EXPECT_EQ(Get(directory, other).notes, kFitting);
  EXPECT_EQ(Get(directory, scaled).notes, kFitting);
  EXPECT_EQ(Get(directory, Points(), 0.2).notes, kFitting);
  EXPECT_THAT(Get(directory).notes, IsEmpty());
}

TEST(WhiteningCacheTest, ADamagedFileIsFittedAgainAndMended) {
  const std::string directory = TestDirectory();
  const Result whole = Get(directory);
  const std::string path = Files(directory).at(0);
  const std::string bytes = *ReadFile(path);
  const auto get_with = [&](const std::string& contents) {
    EXPECT_TRUE(WriteFileAtomically(path, contents).ok());
    const Result result = Get(directory);
    EXPECT_EQ(result.matrix, whole.matrix);
    EXPECT_EQ(*ReadFile(path), bytes);
    return result.notes;
  };
  const std::string foreign = path + " is not what was saved there\n" + kFitting;
  std::string changed = bytes;
  changed[bytes.size() - 10] ^= 1;  // in the last number
  std::string other = bytes;
  other[0] ^= 1;

  EXPECT_EQ(get_with(changed), path + " is damaged: its checksum is wrong\n" + kFitting);
  EXPECT_EQ(get_with(other), foreign);
  EXPECT_EQ(get_with(bytes.substr(0, 100)), foreign);
  EXPECT_EQ(get_with(""), foreign);
}

TEST(WhiteningCacheTest, AFolderThatCannotBeWrittenIsNoError) {
  const std::string notes = Get("/proc/whitening").notes;

  EXPECT_THAT(notes, HasSubstr(kFitting));
  EXPECT_THAT(notes, HasSubstr("the whitening is not kept: cannot create the folder /proc/"));
}

TEST(WhiteningCacheTest, WithoutAFolderNothingIsKept) { EXPECT_THAT(Get("").notes, IsEmpty()); }

}  // namespace
}  // namespace ladder

#include "data/image_files.h"

#include <zlib.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/data/image_folder_test.h"
#include "tests/data/png_file.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

using ImageFilesTest = ImageFolderTest;

TEST_F(ImageFilesTest, ReadsAFolderForEachClassAndOneWithoutLabels) {
  Write("dog/2.png", Png(1, 2, "ab"));
  Write("dog/sub/1.png", Png(1, 2, "cd"));
  Write("cat/3.PNG", Png(1, 2, "ef"));
  Write("unlabeled/4", Png(1, 2, "gh"));
  std::filesystem::create_directories(path_ + "/empty");

  const Dataset dataset = Read().value();

  EXPECT_THAT(dataset.example_shape, ElementsAre(1, 2, 1));
  EXPECT_THAT(dataset.class_names, ElementsAre("cat", "dog", "empty"));
  EXPECT_EQ(dataset.num_classes, 3);
  EXPECT_THAT(dataset.ids, ElementsAre("cat/3.PNG", "dog/2.png", "dog/sub/1.png", "unlabeled/4"));
  EXPECT_THAT(dataset.labels, ElementsAre(0, 1, 1, kNoLabel));
  EXPECT_THAT(std::get<std::vector<uint8_t>>(dataset.inputs), ElementsAreArray("efabcdgh", 8));
  EXPECT_DOUBLE_EQ(dataset.scale, 1.0 / 255);
  EXPECT_EQ(notes_.str(), "");
}

TEST_F(ImageFilesTest, AMisspelledFolderOfUnlabeledImagesIsNoClass) {
  Write("dog/2.png", Png(1, 2, "ab"));
  Write("Unlabelled/4.png", Png(1, 2, "gh"));
  EXPECT_THAT(Error(), HasSubstr("/Unlabelled: a class by this name is a mistake"));
  options_.unlabeled_folder = "Unlabelled";
  EXPECT_THAT(Read()->class_names, ElementsAre("dog"));
}

TEST_F(ImageFilesTest, ClassNamesMayBeGiven) {
  Write("b/1.png", Png(1, 1, "a"));
  options_.class_names = {"c", "b"};
  EXPECT_THAT(Read()->labels, ElementsAre(1));
  options_.class_names = {"c", "d"};
  EXPECT_THAT(Error(), HasSubstr("/b: \"b\" is no class; allowed are \"c\", \"d\""));
}

TEST_F(ImageFilesTest, NumbersAreInOrderOfTheirValue) {
  for (const char* name : {"10/1.png", "9/1.png", "0/1.png"}) Write(name, Png(1, 1, "a"));
  EXPECT_THAT(Read()->class_names, ElementsAre("0", "9", "10"));
}

TEST_F(ImageFilesTest, ImagesAloneHaveNoLabels) {
  Write("b.png", Png(1, 1, "b"));
  Write("a.png", Png(1, 1, "a"));

  const Dataset dataset = Read().value();

  EXPECT_EQ(dataset.num_classes, 0);
  EXPECT_THAT(dataset.labels, IsEmpty());
  EXPECT_THAT(dataset.ids, ElementsAre("a.png", "b.png"));

  Write("dog/1.png", Png(1, 1, "a"));
  EXPECT_THAT(Error(), HasSubstr("an image beside the folders of the classes \"dog\""));
}

TEST_F(ImageFilesTest, SkipsWhatIsNoImage) {
  Write("dog/1.png", Png(1, 1, "a"));
  Write("dog/.DS_Store", "x");
  Write("dog/Thumbs.db", "x");
  Write("dog/.hidden.png", Png(1, 1, "a"));
  Write(".git/1.png", Png(1, 1, "a"));
  Write("README.txt", "x");

  EXPECT_EQ(Read()->num_examples(), 1);
  EXPECT_EQ(notes_.str(), path_ +
                              ": skipped what is hidden or no PNG or JPEG image: 5, such as "
                              ".git\n");
}

TEST_F(ImageFilesTest, LinksAreFollowedButNotInCircles) {
  Write("dog/1.png", Png(1, 1, "a"));
  std::filesystem::create_directory_symlink("..", path_ + "/dog/up");
  std::filesystem::create_directory_symlink("dog", path_ + "/wolf");

  EXPECT_THAT(Read()->class_names, ElementsAre("dog", "wolf"));
}

TEST_F(ImageFilesTest, FoldersWithoutImagesAreAnError) {
  EXPECT_EQ(Error(), path_ + ": no PNG or JPEG images");
  Write("a/x.gif", "GIF89a");
  EXPECT_EQ(Error(), path_ + ": no PNG or JPEG images, but 1 other files, such as a/x.gif");
  EXPECT_THAT(Error("none"), HasSubstr("cannot read " + path_ + "/none: No such file"));
  EXPECT_THAT(std::string(ReadImageFiles("/dev/zero", options_, &notes_).status().message()),
              HasSubstr("cannot read /dev/zero"));
}

TEST_F(ImageFilesTest, WhatItSaysIsTheSameOnAnyNumberOfThreads) {
  for (int i = 100; i < 200; ++i) {
    std::string png = Png(3, 5, std::string(15, static_cast<char>(i)));
    if (i == 150 || i == 190) png.resize(50);
    Write(absl::StrCat("a/", i), png);
  }
  const std::string damaged = ": damaged PNG image: the file ends early";
  for (const int num_threads : {1, 2, 5}) {
    options_.num_threads = num_threads;
    EXPECT_EQ(Error(), absl::StrCat("2 of 100 images cannot be read: ", path_, "/a/150", damaged,
                                    "; ", path_, "/a/190", damaged));
  }
  for (const int i : {150, 190}) Write(absl::StrCat("a/", i), Png(6, 5, std::string(30, 'x')));
  const auto one = Read()->inputs;
  options_.num_threads = 1;
  EXPECT_EQ(Read()->inputs, one);
}

TEST_F(ImageFilesTest, OfManyDamagedImagesAFewAreNamed) {
  const std::string png = Png(3, 5, std::string(15, 'x'));
  Write("1", png.substr(0, 50));
  Write("2", png);
  EXPECT_EQ(Error(), path_ + "/1: damaged PNG image: the file ends early");
  for (int i = 3; i < 9; ++i) Write(absl::StrCat(i), png.substr(0, 50));
  EXPECT_THAT(Error(), StartsWith("7 of 8 images cannot be read: " + path_ + "/1: "));
  EXPECT_THAT(Error(), EndsWith("/6: damaged PNG image: the file ends early; ..."));
}

TEST_F(ImageFilesTest, AnImageIsAListOfOne) {
  Write("1.png", Png(1, 2, "ab"));
  options_.class_names = {"cat", "dog"};
  const Dataset dataset = Read("1.png").value();
  EXPECT_THAT(std::get<std::vector<uint8_t>>(dataset.inputs), ElementsAre('a', 'b'));
  EXPECT_THAT(dataset.ids, ElementsAre("1.png"));
  EXPECT_THAT(dataset.labels, ElementsAre(kNoLabel));
  EXPECT_THAT(dataset.class_names, ElementsAre("cat", "dog"));
  EXPECT_TRUE(IsImageFile(path_ + "/1.png"));
  EXPECT_FALSE(IsImageFile(path_));
  EXPECT_FALSE(IsImageFile(path_ + "/none.png"));
  Write("no.png", "a text");
  EXPECT_FALSE(IsImageFile(path_ + "/no.png"));
  EXPECT_EQ(Error("no.png"), path_ + "/no.png: no PNG or JPEG image, by its first bytes");
}

TEST_F(ImageFilesTest, ReadsAList) {
  Write("a.png", Png(1, 1, "a"));
  Write("sub/b,1.png", Png(1, 1, "b"));
  const std::string header =
      "\xef\xbb\xbf"
      "File,LABEL\r\n";
  const std::string lines = "\"sub/b,1.png\",\"big \"\"dog\"\"\"\r\na.png,cat\r\n\r\na.png,\r\n";
  for (const std::string& contents : {header + lines, lines}) {
    Write("list.csv", contents);
    const absl::StatusOr<Dataset> dataset = Read("list.csv");
    ASSERT_TRUE(dataset.ok()) << dataset.status();
    EXPECT_THAT(dataset->ids, ElementsAre("sub/b,1.png", "a.png", "a.png"));
    EXPECT_THAT(dataset->class_names, ElementsAre("big \"dog\"", "cat"));
    EXPECT_THAT(dataset->labels, ElementsAre(0, 1, kNoLabel));
  }
  Write("list.csv", "a.png,-1\na.png,?\na.png,NA\na.png,NaN\na.png,null");
  EXPECT_EQ(Read("list.csv")->num_classes, 0);
  EXPECT_THAT(Read("list.csv")->labels, IsEmpty());
}

TEST_F(ImageFilesTest, WrongListsAreErrors) {
  Write("a.png", Png(1, 1, "a"));
  const auto error = [this](const std::string& contents) {
    Write("list.csv", contents);
    return Error("list.csv");
  };
  const std::string start = path_ + "/list.csv:";
  EXPECT_THAT(error("a.png,1\nb.png,1\n"),
              HasSubstr(start + "2:1: cannot read " + path_ + "/b.png"));
  EXPECT_THAT(error("a.png\n"), HasSubstr(start + "1:1: got 1 cells, expected FILE,LABEL"));
  EXPECT_THAT(error("a.png,\"1\n"), HasSubstr(start + "1:7: the quote is not closed"));
  EXPECT_THAT(error("list.csv,1\n"), HasSubstr("no PNG or JPEG image"));
  options_.class_names = {"0", "1"};
  EXPECT_THAT(error("a.png,1\n\na.png,2\n"),
              HasSubstr(start + "3:1: label \"2\"; allowed are \"0\", \"1\", or none"));
}

TEST_F(ImageFilesTest, KeepsWhatItDecoded) {
  options_.cache_directory = root_ + "/cache";
  Write("a/1.png", Png(1, 2, "ab"));
  Write("b/2.png", Png(2, 2, "abcd"));
  const Dataset first = Read().value();
  // A time and size that stay the same hide that the file is another one: so the cache was read.
  const auto time = std::filesystem::last_write_time(path_ + "/a/1.png");
  std::string other = Png(1, 2, "xy");
  ASSERT_EQ(other.size(), Png(1, 2, "ab").size());
  Write("a/1.png", other);
  std::filesystem::last_write_time(path_ + "/a/1.png", time);

  const Dataset second = Read().value();

  EXPECT_EQ(second.inputs, first.inputs);
  EXPECT_EQ(second.labels, first.labels);
  EXPECT_EQ(second.ids, first.ids);
  EXPECT_THAT(notes_.str(), HasSubstr("resized 1 of 2 images"));

  std::filesystem::last_write_time(path_ + "/a/1.png", time + std::chrono::seconds(1));
  EXPECT_EQ(std::get<std::vector<uint8_t>>(Read()->inputs)[0], 'x');
  EXPECT_EQ(std::get<std::vector<uint8_t>>(Read()->inputs)[0], 'x');
}

TEST_F(ImageFilesTest, OtherLabelsAreReadFromTheSameCache) {
  options_.cache_directory = root_ + "/cache";
  Write("1.png", Png(1, 2, "ab"));
  Write("2.png", Png(1, 2, "cd"));
  Write("list.csv", "1.png,cat\n2.png,dog\n");
  const Dataset first = Read("list.csv").value();
  // As above: what is decoded anew would have other pixels.
  const auto time = std::filesystem::last_write_time(path_ + "/1.png");
  Write("1.png", Png(1, 2, "xy"));
  std::filesystem::last_write_time(path_ + "/1.png", time);
  Write("list.csv", "1.png,dog\n2.png,\n");

  const Dataset second = Read("list.csv").value();

  EXPECT_EQ(second.inputs, first.inputs);
  EXPECT_THAT(second.class_names, ElementsAre("dog"));
  EXPECT_THAT(second.labels, ElementsAre(0, kNoLabel));
}

TEST_F(ImageFilesTest, ADamagedCacheCostsOnlyTime) {
  options_.cache_directory = root_ + "/cache";
  Write("a/1.png", Png(1, 2, "ab"));
  const auto inputs = Read()->inputs;
  for (const char* extension : {".bin", ".txt"}) {
    std::string file;
    for (const auto& item : std::filesystem::directory_iterator(options_.cache_directory)) {
      if (item.path().extension() == extension) file = item.path();
    }
    const std::string contents = ReadFile(file).value();
    for (size_t i = 0; i < contents.size(); i += 1 + contents.size() / 20) {
      std::string damaged = contents;
      damaged[i] = static_cast<char>(damaged[i] ^ 1);
      std::ofstream(file, std::ios::binary) << damaged;
      EXPECT_EQ(Read()->inputs, inputs);
      EXPECT_EQ(ReadFile(file).value(), contents) << "it is written anew";
      std::ofstream(file, std::ios::binary) << contents.substr(0, i);
      EXPECT_EQ(Read()->inputs, inputs);
    }
  }
  std::filesystem::remove_all(options_.cache_directory);
  std::ofstream(options_.cache_directory) << "a file in the way";
  EXPECT_EQ(Read()->inputs, inputs);
  EXPECT_THAT(notes_.str(), HasSubstr("the decoded images are not kept"));
}

}  // namespace
}  // namespace ladder

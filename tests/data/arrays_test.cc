#include "data/arrays.h"

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/data/arrays_files.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

template <class T>
std::string Bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

// Format version 1.0 with this header as it is.
std::string Npy(const std::string& header, const std::string& values) {
  return absl::StrCat(
      absl::string_view("\x93NUMPY\1\0", 8),
      std::string({static_cast<char>(header.size()), static_cast<char>(header.size() >> 8)}),
      header, values);
}

std::string Npy(const std::string& type, const std::string& shape, const std::string& values) {
  return Npy(
      absl::StrCat("{'descr': '", type, "', 'fortran_order': False, 'shape': ", shape, ", }   \n"),
      values);
}

class ArraysTest : public testing::Test {
 protected:
  ArraysTest() {
    std::string directory = testing::TempDir() + "/arrays_test_XXXXXX";
    directory_ = mkdtemp(directory.data());
    x_ = directory_ + "/x.npy";
    y_ = directory_ + "/y.npy";
    Write(x_, Npy("|u1", "(3, 2)", "abcdef"));
  }

  static void Write(const std::string& path, const std::string& contents) {
    std::ofstream(path, std::ios::binary) << contents;
  }
  std::vector<float> Floats(const std::string& contents) {
    Write(x_, contents);
    absl::StatusOr<Dataset> dataset = ReadArrays(x_, "");
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    return dataset.ok() ? std::get<std::vector<float>>(dataset->inputs) : std::vector<float>();
  }
  std::string InputsError(const std::string& contents) {
    Write(x_, contents);
    return Message(x_, ReadArrays(x_, "").status());
  }
  std::string LabelsError(const std::string& contents, LabelKind kind = LabelKind::kClasses,
                          int num_classes = 0) {
    Write(y_, contents);
    return Message(y_, ReadArrays(x_, y_, kind, num_classes).status());
  }
  static std::string Message(const std::string& path, const absl::Status& status) {
    const std::string message(status.message());
    EXPECT_THAT(message, testing::StartsWith(path + ": "));
    return message.size() > path.size() + 2 ? message.substr(path.size() + 2) : message;
  }

  std::string directory_, x_, y_;
};

TEST_F(ArraysTest, ReadsUnsignedBytesAsBytes) {
  const Dataset dataset = ReadArrays(x_, "").value();

  EXPECT_THAT(dataset.example_shape, ElementsAre(2));
  EXPECT_EQ(std::get<std::vector<uint8_t>>(dataset.inputs)[5], 'f');
  EXPECT_DOUBLE_EQ(dataset.scale, 1.0 / 255);
  EXPECT_FALSE(dataset.has_labels());
}

TEST_F(ArraysTest, ReadsAllTypesAsTheyAre) {
  EXPECT_THAT(Floats(Npy("|b1", "(2,)", std::string("\0\1", 2))), ElementsAre(0, 1));
  EXPECT_THAT(Floats(Npy("|i1", "(2,)", "\xff\x7f")), ElementsAre(-1, 127));
  EXPECT_THAT(Floats(Npy("<i2", "(1,)", "\xfe\xff")), ElementsAre(-2));
  EXPECT_THAT(Floats(Npy(">i2", "(1,)", "\xff\xfe")), ElementsAre(-2));
  EXPECT_THAT(Floats(Npy("<u2", "(1,)", "\xfe\xff")), ElementsAre(65534));
  EXPECT_THAT(Floats(Npy("=i4", "(1,)", Bytes<int32_t>({-3}))), ElementsAre(-3));
  EXPECT_THAT(Floats(Npy("u4", "(1,)", Bytes<uint32_t>({4000000000}))), ElementsAre(4e9f));
  EXPECT_THAT(Floats(Npy("<i8", "(1,)", Bytes<int64_t>({-5}))), ElementsAre(-5));
  EXPECT_THAT(Floats(Npy("<u8", "(1,)", Bytes<uint64_t>({1ull << 63}))), ElementsAre(0x1p63f));
  EXPECT_THAT(Floats(Npy("<f4", "(1,)", Bytes<float>({1.5f}))), ElementsAre(1.5f));
  EXPECT_THAT(Floats(Npy("<f8", "(2,)", Bytes<double>({0.1, -2}))), ElementsAre(0.1f, -2));
  EXPECT_THAT(Floats(Npy(">f8", "(1,)", {'\x3f', '\xf8', 0, 0, 0, 0, 0, 0})), ElementsAre(1.5f));
  // 1, -2, the largest, the smallest, the smallest normal one.
  EXPECT_THAT(Floats(Npy("<f2", "(5,)", Bytes<uint16_t>({0x3c00, 0xc000, 0x7bff, 1, 0x400}))),
              ElementsAre(1, -2, 65504, 0x1p-24f, 0x1p-14f));
}

TEST_F(ArraysTest, ReadsWhatNumpyWrote) {
  EXPECT_THAT(Floats(absl::HexStringToBytes(kFortranFloats)), ElementsAre(0, 1, 2, 3, 4, 5));

  const std::string npz = directory_ + "/a.npz";
  Write(npz, absl::HexStringToBytes(kCompressedNpz));
  const absl::StatusOr<Dataset> dataset = ReadArrays(npz + ":x", npz + ":y.npy");
  ASSERT_TRUE(dataset.ok()) << dataset.status();
  EXPECT_THAT(std::get<std::vector<uint8_t>>(dataset->inputs), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(dataset->labels, ElementsAre(0, kNoLabel, 2));
}

TEST_F(ArraysTest, ReadsFortranOrderOfImages) {
  const std::string header = "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 2, 2)}";
  // Value abc at [a, b, c].
  EXPECT_THAT(Floats(Npy(header, Bytes<int32_t>({0, 100, 10, 110, 1, 101, 11, 111}))),
              ElementsAre(0, 1, 10, 11, 100, 101, 110, 111));
  EXPECT_THAT(ReadArrays(x_, "")->example_shape, ElementsAre(2, 2, 1));
}

TEST_F(ArraysTest, ReadsOtherVersionsAndWaysToWriteAHeader) {
  const std::string header =
      " {\"shape\":(2L , 1),'fortran_order' : False , \"descr\" : \"<i2\" } \n";
  const std::string values("\1\0\2\0", 4);
  EXPECT_THAT(Floats(Npy(header, values)), ElementsAre(1, 2));
  for (const char version : {'\2', '\3'}) {
    std::string contents = "\x93NUMPY";
    contents += {version, '\0', static_cast<char>(header.size()), '\0', '\0', '\0'};
    EXPECT_THAT(Floats(contents + header + values), ElementsAre(1, 2));
  }
}

TEST_F(ArraysTest, HeadersThatLieOrMakeNoSenseAreErrors) {
  EXPECT_THAT(InputsError("PK\3\4 something"), HasSubstr("byte 0: no NumPy array"));
  EXPECT_THAT(InputsError(""), HasSubstr("byte 0: no NumPy array"));
  EXPECT_THAT(InputsError(std::string("\x93NUMPY\4\0", 8)),
              HasSubstr("byte 6: format version 4.0"));
  EXPECT_THAT(InputsError(Npy("<f4", "(2, 2)", "1234").substr(0, 30)),
              HasSubstr("byte 30: the file ends inside its header"));
  EXPECT_THAT(InputsError(Npy("<c8", "(1,)", "12345678")),
              HasSubstr("byte 20: values of type \"<c8\"; allowed are b1"));
  EXPECT_THAT(InputsError(Npy("<f4", "(1 2)", "")), HasSubstr("allowed is \")\""));
  EXPECT_THAT(InputsError(Npy("<f4", "(-1,)", "")), HasSubstr("allowed is a size of the shape"));
  EXPECT_THAT(InputsError(Npy("{'descr': '<f4', 'shape': (1,)}", "1234")),
              HasSubstr("the header has no fortran_order"));
  EXPECT_THAT(InputsError(Npy("{'descr': '<f4', 'descr': '<f4'}", "1234")),
              HasSubstr("byte 27: a second descr"));
  EXPECT_THAT(
      InputsError(Npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "1234")),
      HasSubstr("records of several fields"));
  EXPECT_THAT(InputsError(Npy("<f4", "()", "1234")), HasSubstr("shape (); allowed are (N)"));
  EXPECT_THAT(InputsError(Npy("<f4", "(0, 3)", "")), HasSubstr("sizes of 1 and more"));
  EXPECT_THAT(InputsError(Npy("<f4", "(4294967296, 4294967296)", "")),
              HasSubstr("more than 4 GiB"));
  EXPECT_THAT(InputsError(Npy("<f4", "(1000000, 500)", "1234")),
              HasSubstr("promises 1999999996 bytes more"));
  EXPECT_THAT(InputsError(Npy("<f4", "(1,)", "12345")), HasSubstr("the file goes on"));
}

TEST_F(ArraysTest, PickledObjectsAreAnError) {
  EXPECT_THAT(InputsError(absl::HexStringToBytes(kObjects)), HasSubstr("pickled Python objects"));
}

TEST_F(ArraysTest, ValuesThatAreNoFiniteFloatsAreErrors) {
  const double nan = std::nan("");
  EXPECT_EQ(InputsError(Npy("<f8", "(2, 2)", Bytes<double>({1, 2, nan, 4}))),
            "element [1, 0]: nan; allowed are finite numbers that a float can hold");
  EXPECT_THAT(InputsError(Npy("<f8", "(1,)", Bytes<double>({1e300}))),
              HasSubstr("element [0]: inf"));
  EXPECT_THAT(InputsError(Npy("<f2", "(1,)", Bytes<uint16_t>({0xfc00}))),
              HasSubstr("element [0]: -inf"));
}

TEST_F(ArraysTest, MembersOfZipFilesAreListed) {
  const std::string npz = directory_ + "/a.npz";
  Write(npz, absl::HexStringToBytes(kCompressedNpz));

  EXPECT_EQ(
      ReadArrays(npz, "").status().message(),
      absl::StrCat(npz, ": which of its arrays is meant?; allowed are ", npz, ":x, ", npz, ":y"));
  EXPECT_THAT(std::string(ReadArrays(npz + ":z", "").status().message()),
              HasSubstr(absl::StrCat(npz, ": no array z; allowed are ", npz, ":x")));
}

TEST_F(ArraysTest, NoDamageOfAZipFileCrashes) {
  const std::string npz = directory_ + "/a.npz";
  const std::string contents = absl::HexStringToBytes(kCompressedNpz);
  int num_errors = 0;
  for (size_t i = 0; i < contents.size(); ++i) {
    std::string damaged = contents;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x41);
    Write(npz, damaged);
    const absl::StatusOr<Dataset> dataset = ReadArrays(npz + ":x", npz + ":y");
    if (!dataset.ok()) {
      ++num_errors;
      EXPECT_THAT(std::string(dataset.status().message()), HasSubstr(npz));
    } else {
      EXPECT_THAT(dataset->labels, ElementsAre(0, kNoLabel, 2));
    }
    Write(npz, contents.substr(0, i));
    EXPECT_FALSE(ReadArrays(npz + ":x", npz + ":y").ok());
  }
  EXPECT_GT(num_errors, 100);
}

TEST_F(ArraysTest, ReadsLabels) {
  Write(y_, Npy("<f8", "(3, 1)", Bytes<double>({2, std::nan(""), -1})));
  Dataset dataset = ReadArrays(x_, y_).value();
  EXPECT_THAT(dataset.labels, ElementsAre(2, kNoLabel, kNoLabel));
  EXPECT_EQ(dataset.num_classes, 3);

  Write(y_, Npy("|u1", "(3,)", {'\1', '\0', '\1'}));
  EXPECT_EQ(ReadArrays(x_, y_, LabelKind::kClasses, 10)->num_classes, 10);
}

TEST_F(ArraysTest, ReadsNumbersAndFlags) {
  const std::vector<float> values = {1, 0, std::nanf(""), 1, 0, 1};
  Write(y_, Npy("<f4", "(3, 2)", Bytes(values)));
  for (const LabelKind kind : {LabelKind::kNumbers, LabelKind::kFlags}) {
    const Dataset dataset = ReadArrays(x_, y_, kind).value();
    EXPECT_EQ(dataset.num_targets(), 2);
    EXPECT_EQ(dataset.num_classes, 0);
    EXPECT_TRUE(std::isnan(dataset.targets[2]));
    EXPECT_EQ(dataset.targets[3], 1);
  }
  EXPECT_THAT(LabelsError(Npy("<f4", "(3,)", Bytes<float>({1, 0, 2})), LabelKind::kFlags),
              HasSubstr("element [2]: 2; allowed are 0, 1, and NaN"));
  EXPECT_THAT(LabelsError(Npy("<f4", "(3,)", Bytes<float>({1, 0, HUGE_VALF})), LabelKind::kNumbers),
              HasSubstr("element [2]: inf"));
}

TEST_F(ArraysTest, WrongLabelsAreErrors) {
  EXPECT_THAT(LabelsError(Npy("<f4", "(3,)", Bytes<float>({1, 0.5, 2}))),
              HasSubstr("element [1]: label 0.5; allowed are the integers from 0"));
  EXPECT_THAT(LabelsError(Npy("<i4", "(3,)", Bytes<int32_t>({1, 0, 2})), LabelKind::kClasses, 2),
              HasSubstr("element [2]: label 2; allowed are the integers from 0 to 1"));
  EXPECT_THAT(LabelsError(Npy("<i8", "(3,)", Bytes<int64_t>({1, 0, int64_t{1} << 40}))),
              HasSubstr("element [2]"));
  EXPECT_EQ(LabelsError(Npy("<i4", "(2,)", Bytes<int32_t>({1, 0}))),
            absl::StrCat("2 labels for the 3 rows of ", x_,
                         "; a row without a label has -1 in the place of it"));
  EXPECT_THAT(LabelsError(Npy("<i4", "(3, 2)", std::string(24, '\0'))),
              HasSubstr("shape (3, 2); allowed are (N) and (N, 1)"));
  EXPECT_THAT(LabelsError(Npy("|i1", "(3,)", "\xff\xff\xff")),
              HasSubstr("all 3 labels are negative"));
  EXPECT_THAT(LabelsError(Npy("|i1", "(3,)", std::string("\0\xff\0", 3))),
              HasSubstr("all labels are 0; expected two classes"));
}

TEST_F(ArraysTest, DevicesAreErrors) {
  EXPECT_THAT(std::string(ReadArrays("/dev/zero", "").status().message()),
              HasSubstr("/dev/zero: byte 0"));
  EXPECT_EQ(ReadArrays(directory_ + "/none.npz:x", "").status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace ladder

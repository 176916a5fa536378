#include "training/safetensors.h"

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kDtype = sizeof(Real) == 8 ? "F64" : "F32";

std::string TempPath(const std::string& name) { return JoinPath(testing::TempDir(), name); }

// The bytes of a file with this header and so many bytes of data, all 0.
std::string FileWith(const std::string& header, size_t data_size) {
  const uint64_t size = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &size, 8);
  return absl::StrCat(bytes, header, std::string(data_size, '\0'));
}

std::string ParseError(std::string bytes) {
  const absl::StatusOr<Safetensors> file = Safetensors::Parse("x.safetensors", std::move(bytes));
  return file.ok() ? "no error" : std::string(file.status().message());
}

std::string HeaderError(const std::string& header, size_t data_size = 0) {
  return ParseError(FileWith(header, data_size));
}

// Two tensors, the second a scalar, and where they are to be read to.
class SafetensorsTest : public testing::Test {
 protected:
  std::vector<NamedTensor> Written() { return {{"w", Tensor(w_, {2, 3})}, {"b", Tensor(b_, {})}}; }
  std::vector<NamedTensor> Read() {
    return {{"w", Tensor(read_w_, {2, 3})}, {"b", Tensor(read_b_, {})}};
  }

  Real w_[6] = {1, -2, 3.5, 0, 1e-30f, 1e30f};
  Real b_[1] = {7};
  Real read_w_[6] = {};
  Real read_b_[1] = {};
};

TEST_F(SafetensorsTest, ReadsWhatWasWritten) {
  const std::string path = TempPath("round_trip.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, Written(), {{"format", "ladder"}, {"a", "\"1\" \n"}}).ok());

  const absl::StatusOr<Safetensors> file = Safetensors::Read(path);

  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->metadata(), ElementsAre(Pair("a", "\"1\" \n"), Pair("format", "ladder")));
  ASSERT_EQ(file->entries().size(), 2u);
  EXPECT_EQ(file->entries()[0].name, "w");
  EXPECT_EQ(file->entries()[0].shape, Shape({2, 3}));
  EXPECT_EQ(file->entries()[0].is_double, sizeof(Real) == 8);
  EXPECT_EQ(file->entries()[1].shape, Shape({}));
  ASSERT_TRUE(file->CopyTo(Read()).ok());
  EXPECT_EQ(std::memcmp(read_w_, w_, sizeof(w_)), 0);
  EXPECT_EQ(read_b_[0], 7);
}

TEST_F(SafetensorsTest, WritesTheBytesOfTheFormat) {
  const std::string path = TempPath("bytes.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, Written()).ok());

  const absl::StatusOr<std::string> bytes = ReadFile(path);

  ASSERT_TRUE(bytes.ok());
  const size_t size = sizeof(Real);
  std::string header =
      absl::StrCat(R"({"b":{"data_offsets":[)", 6 * size, ",", 7 * size, R"(],"dtype":")", kDtype,
                   R"(","shape":[]},"w":{"data_offsets":[0,)", 6 * size, R"(],"dtype":")", kDtype,
                   R"(","shape":[2,3]}})");
  while (header.size() % 8 != 0) header += ' ';
  std::string expected = FileWith(header, 7 * size);
  std::memcpy(&expected[expected.size() - 7 * size], w_, 6 * size);
  std::memcpy(&expected[expected.size() - size], b_, size);
  EXPECT_EQ(*bytes, expected);
}

TEST_F(SafetensorsTest, EmptyAndZeroSizedTensorsAreAllowed) {
  const std::string path = TempPath("empty.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, {}).ok());
  EXPECT_TRUE(Safetensors::Read(path).ok());

  const std::vector<NamedTensor> tensors = {{"none", Tensor(w_, {0, 3})}, {"w", Tensor(w_, {6})}};
  ASSERT_TRUE(WriteSafetensors(path, tensors).ok());
  const absl::StatusOr<Safetensors> file = Safetensors::Read(path);

  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->Find("none")->shape, Shape({0, 3}));
}

TEST_F(SafetensorsTest, ReadsFloatAndDoubleWhateverTheAlignment) {
  // A header of odd length, and the double behind a float.
  std::string bytes = FileWith(R"( {"f":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                               R"("d":{"dtype":"F64","shape":[1],"data_offsets":[4,12]}})",
                               0);
  bytes.erase(8, 1);  // the space, so that '{' comes first
  --bytes[0];
  const float f = 1.5f;
  const double d = -0.25;
  bytes.append(reinterpret_cast<const char*>(&f), 4);
  bytes.append(reinterpret_cast<const char*>(&d), 8);

  const absl::StatusOr<Safetensors> file = Safetensors::Parse("x", bytes);

  ASSERT_TRUE(file.ok()) << file.status();
  file->Copy(*file->Find("f"), Tensor(read_w_, {1}));
  file->Copy(*file->Find("d"), Tensor(read_b_, {1}));
  EXPECT_EQ(read_w_[0], Real{1.5});
  EXPECT_EQ(read_b_[0], Real{-0.25});
  EXPECT_EQ(file->Find("e"), nullptr);
}

TEST_F(SafetensorsTest, ListsTheDifferencesToAnotherModelAndCopiesNothing) {
  const std::string path = TempPath("other.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, Written()).ok());
  const absl::StatusOr<Safetensors> file = Safetensors::Read(path);
  ASSERT_TRUE(file.ok());

  const std::vector<NamedTensor> other = {
      {"b", Tensor(read_b_, {1})}, {"c", Tensor(read_w_, {3})}, {"d", Tensor(read_w_, {})}};
  const absl::Status status = file->CopyTo(other);

  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(std::string(status.message()),
            path +
                " is of another model: \"b\" is [], wanted is [1]; it lacks \"c\" [3]; it lacks "
                "\"d\" []; it also has \"w\" [2, 3]");
  EXPECT_EQ(read_b_[0], 0);
}

TEST_F(SafetensorsTest, ListsOnlyTheFirstOfManyDifferences) {
  const std::string path = TempPath("many.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, {}).ok());
  std::vector<NamedTensor> tensors;
  for (int i = 0; i < 10; ++i) tensors.push_back({absl::StrCat("t", i), Tensor(w_, {6})});

  const absl::Status status = Safetensors::Read(path)->CopyTo(tensors);

  EXPECT_THAT(std::string(status.message()),
              HasSubstr("it lacks \"t3\" [6]; and 6 more differences"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("t4")));
}

TEST_F(SafetensorsTest, ReportsTheSystemsReason) {
  const absl::Status read = Safetensors::Read("/nowhere/x.safetensors").status();
  const absl::Status write = WriteSafetensors("/nowhere/x.safetensors", Written());

  EXPECT_EQ(read.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(read.message()), HasSubstr("/nowhere/x.safetensors: No such file"));
  EXPECT_THAT(std::string(write.message()), HasSubstr("/nowhere/x.safetensors: No such file"));
}

TEST_F(SafetensorsTest, EveryTruncationIsAnError) {
  const std::string path = TempPath("whole.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, Written(), {{"k", "v"}}).ok());
  const absl::StatusOr<std::string> whole = ReadFile(path);
  ASSERT_TRUE(whole.ok());

  for (size_t size = 0; size < whole->size(); ++size) {
    const std::string error = ParseError(whole->substr(0, size));
    EXPECT_THAT(error, HasSubstr("x.safetensors: ")) << size;
  }
  EXPECT_EQ(ParseError(*whole), "no error");
  EXPECT_EQ(ParseError(*whole + "!"),
            absl::StrCat("x.safetensors: is ", whole->size() + 1,
                         " bytes long, but its tensors end at byte ", whole->size()));
}

TEST_F(SafetensorsTest, NoFlippedBitCrashesTheReader) {
  const std::string path = TempPath("flipped.safetensors");
  ASSERT_TRUE(WriteSafetensors(path, Written(), {{"k", "v"}}).ok());
  const absl::StatusOr<std::string> whole = ReadFile(path);
  ASSERT_TRUE(whole.ok());

  for (size_t bit = 0; bit < 8 * (whole->size() - 7 * sizeof(Real)); ++bit) {
    std::string bytes = *whole;
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
    const absl::StatusOr<Safetensors> file = Safetensors::Parse("x", bytes);
    if (file.ok()) file->CopyTo(Read()).IgnoreError();
  }
}

TEST(SafetensorsErrorTest, BadSizeOfTheHeader) {
  EXPECT_EQ(ParseError("abc"), "x.safetensors: is 3 bytes long, a safetensors file has at least 8");
  EXPECT_EQ(ParseError(std::string("\x0b\0\0\0\0\0\0\0{}", 10)),
            "x.safetensors: the size of the header, at byte 0, is 11, allowed is at most 2 in this "
            "file of 10 bytes");
  EXPECT_THAT(ParseError(std::string(8, '\xff')),
              HasSubstr("is 18446744073709551615, allowed is at most 0"));
}

TEST(SafetensorsErrorTest, BadJson) {
  EXPECT_EQ(HeaderError(R"({"a": tru})"),
            "x.safetensors: in the header, JSON syntax error at byte 17");
  EXPECT_THAT(HeaderError(""), HasSubstr("in the header, expected '{' at byte 8"));
  EXPECT_THAT(HeaderError("[]"), HasSubstr("expected '{' at byte 8"));
  EXPECT_THAT(HeaderError("\xef\xbb\xbf{}"), HasSubstr("expected '{' at byte 8"));
  EXPECT_THAT(HeaderError("{} x"), HasSubstr("JSON syntax error at byte 11"));
  EXPECT_THAT(HeaderError("{\"\xff\":1}"), HasSubstr("JSON syntax error at byte 10"));
  EXPECT_THAT(HeaderError(std::string("{}\0", 3)), HasSubstr("zero byte at byte 10"));
  EXPECT_THAT(HeaderError(R"({"a":{"b":[[0]]}})"), HasSubstr("nested more than 3 levels"));
  EXPECT_THAT(HeaderError(std::string("{\"a\":") + std::string(100000, '[')),
              HasSubstr("nested more than 3 levels"));
  EXPECT_THAT(HeaderError(R"({"a":1,"a":2})"), HasSubstr("the key \"a\" stands twice"));
}

TEST(SafetensorsErrorTest, BadMetadata) {
  EXPECT_EQ(HeaderError(R"({"__metadata__":[]})"),
            "x.safetensors: __metadata__ is [], allowed is an object of strings");
  EXPECT_THAT(HeaderError(R"({"__metadata__":{"a":1}})"), HasSubstr("allowed is an object"));
}

TEST(SafetensorsErrorTest, BadEntry) {
  EXPECT_EQ(HeaderError(R"({"w":3})"), "x.safetensors: tensor \"w\": is no JSON object but 3");
  EXPECT_THAT(HeaderError(R"({"w":{"shape":[],"data_offsets":[0,4]}})", 4),
              HasSubstr("tensor \"w\": dtype is null, allowed are \"F32\" and \"F64\""));
  EXPECT_THAT(HeaderError(R"({"w":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}})", 2),
              HasSubstr("dtype is \"BF16\", allowed are"));
}

std::string ShapeError(const std::string& shape) {
  return HeaderError(
      absl::StrCat(R"({"w":{"dtype":"F32","shape":)", shape, R"(,"data_offsets":[0,4]}})"), 4);
}

TEST(SafetensorsErrorTest, BadShape) {
  EXPECT_EQ(ShapeError("[]"), "no error");
  EXPECT_EQ(ShapeError("4"),
            "x.safetensors: tensor \"w\": shape is 4, allowed is a list of at most 8 sizes");
  EXPECT_THAT(ShapeError("[1,1,1,1,1,1,1,1,1]"), HasSubstr("allowed is a list of at most 8"));
  for (const char* shape :
       {"[-1]", "[1.0]", "[\"1\"]", "[9223372036854775808]", "[0,9223372036854775808]",
        "[2305843009213693952]", "[4294967296,4294967296,0]", "[99999999999999999999]"}) {
    EXPECT_THAT(ShapeError(shape), HasSubstr("allowed are integers from 0 on that make less than"))
        << shape;
  }
  EXPECT_THAT(ShapeError("[2]"),
              HasSubstr("data_offsets [0,4] hold 4 bytes, but shape [2] of F32 takes 8"));
  EXPECT_THAT(ShapeError(absl::StrCat("\"", std::string(1000, 'a'), "\"")), HasSubstr("aaa..., "));
}

std::string OffsetsError(const std::string& offsets) {
  return HeaderError(
      absl::StrCat(R"({"w":{"dtype":"F32","shape":[],"data_offsets":)", offsets, "}}"), 4);
}

TEST(SafetensorsErrorTest, BadOffsets) {
  EXPECT_EQ(OffsetsError("[0,4]"), "no error");
  EXPECT_EQ(OffsetsError("[0]"),
            "x.safetensors: tensor \"w\": data_offsets is [0], allowed are two integers from 0 on");
  EXPECT_THAT(OffsetsError("[-4,0]"), HasSubstr("allowed are two integers from 0 on"));
  EXPECT_THAT(OffsetsError("[0,4.0]"), HasSubstr("allowed are two integers from 0 on"));
  EXPECT_THAT(
      OffsetsError("[4,0]"),
      HasSubstr("data_offsets is [4,0], allowed are begin <= end <= 4, counted from byte 61 "
                "of the file to its end"));
  EXPECT_THAT(OffsetsError("[4,8]"),
              HasSubstr("61 of the file to its end; is the file cut short?"));
  EXPECT_THAT(OffsetsError("[18446744073709551612,18446744073709551615]"),
              HasSubstr("allowed are begin <= end <= 4"));
}

TEST(SafetensorsErrorTest, TensorsThatOverlapOrLeaveGaps) {
  const auto two = [](const std::string& a, const std::string& b) {
    return HeaderError(absl::StrCat(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":)", a,
                                    R"(},"b":{"dtype":"F32","shape":[1],"data_offsets":)", b, "}}"),
                       12);
  };
  EXPECT_EQ(two("[0,8]", "[8,12]"), "no error");
  EXPECT_EQ(two("[4,12]", "[0,4]"), "no error");
  EXPECT_EQ(
      two("[0,8]", "[4,8]"),
      "x.safetensors: tensor \"b\" starts at byte 119 of the file, allowed is only 123, where "
      "the one before it ends");
  EXPECT_THAT(two("[4,12]", "[4,8]"), HasSubstr("tensor \"b\" starts at byte"));
  EXPECT_THAT(two("[0,8]", "[0,4]"), HasSubstr("tensor \"a\" starts at byte"));
}

TEST(SafetensorsDeathTest, RefusesDoubleNames) {
  Real x[1] = {};
  const Tensor tensor(x, {1});
  const std::string path = TempPath("double.safetensors");

  EXPECT_DEATH(
      WriteSafetensors(path, std::vector<NamedTensor>{{"a", tensor}, {"a", tensor}}).IgnoreError(),
      "two tensors are named a");
  EXPECT_DEATH(
      WriteSafetensors(path, std::vector<NamedTensor>{{"__metadata__", tensor}}).IgnoreError(),
      "two tensors are named __metadata__");
}

TEST(NamedTensorsTest, NamesTheParametersInOrder) {
  ParameterSet parameters;
  parameters.Add("z", {2}, Zeros());
  parameters.Add("a", {3}, Zeros());

  const std::vector<NamedTensor> tensors = NamedTensors(parameters);

  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(tensors[0].name, "z");
  EXPECT_EQ(tensors[1].name, "a");
  EXPECT_EQ(tensors[1].tensor.data(), parameters.Find("a")->value().data());
}

}  // namespace
}  // namespace ladder

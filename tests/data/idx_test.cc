#include "data/idx.h"

#include <zlib.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string BigEndian(uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

std::string Idx(uint32_t magic, const std::vector<uint32_t>& sizes, const std::string& values) {
  std::string bytes = BigEndian(magic);
  for (const uint32_t size : sizes) bytes += BigEndian(size);
  return bytes + values;
}

// Three images of 2 x 2 pixels, and their labels.
std::string Images() { return Idx(0x803, {3, 2, 2}, "abcdefghijk\xff"); }
std::string Labels() { return Idx(0x801, {3}, {'\2', '\0', '\1'}); }

std::string Gzip(const std::string& bytes) {
  z_stream stream = {};
  // 16: with gzip's header and check sum.
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class IdxTest : public testing::Test {
 protected:
  IdxTest() {
    std::string directory = testing::TempDir() + "/idx_test_XXXXXX";
    directory_ = mkdtemp(directory.data());
    images_ = directory_ + "/images";
    labels_ = directory_ + "/labels";
    Write(images_, Images());
    Write(labels_, Labels());
  }

  static void Write(const std::string& path, const std::string& contents) {
    std::ofstream(path, std::ios::binary) << contents;
  }

  // The message for these images, without the path before it.
  std::string ImagesError(const std::string& contents) {
    Write(images_, contents);
    return WithoutPath(images_, ReadIdx(images_, labels_).status());
  }
  std::string LabelsError(const std::string& contents, int num_classes = 0) {
    Write(labels_, contents);
    return WithoutPath(labels_, ReadIdx(images_, labels_, num_classes).status());
  }
  static std::string WithoutPath(const std::string& path, const absl::Status& status) {
    const std::string message(status.message());
    EXPECT_THAT(message, StartsWith(path + ": "));
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    return message.size() > path.size() + 2 ? message.substr(path.size() + 2) : message;
  }

  std::string directory_;
  std::string images_;
  std::string labels_;
};

TEST_F(IdxTest, ReadsImagesAsBytesAndLabels) {
  const Dataset dataset = ReadIdx(images_, labels_).value();

  EXPECT_THAT(dataset.example_shape, ElementsAre(2, 2, 1));
  EXPECT_EQ(std::get<std::vector<uint8_t>>(dataset.inputs).size(), 12u);
  EXPECT_EQ(std::get<std::vector<uint8_t>>(dataset.inputs)[4], 'e');
  EXPECT_THAT(dataset.labels, ElementsAre(2, 0, 1));
  EXPECT_EQ(dataset.num_classes, 3);
}

TEST_F(IdxTest, ScalesPixelsToOne) {
  const Dataset dataset = ReadIdx(images_, labels_).value();
  std::vector<double> out(4);

  dataset.CopyRows<double>({2}, out.data());

  EXPECT_DOUBLE_EQ(out[0], 'i' / 255.0);
  EXPECT_DOUBLE_EQ(out[3], 1);
}

TEST_F(IdxTest, ReadsGzipWhateverItsName) {
  Write(images_, Gzip(Images()));
  Write(labels_, Gzip(Labels()));

  const Dataset dataset = ReadIdx(images_, labels_).value();

  EXPECT_EQ(std::get<std::vector<uint8_t>>(dataset.inputs)[11], 0xff);
  EXPECT_THAT(dataset.labels, ElementsAre(2, 0, 1));
}

TEST_F(IdxTest, ReadsMoreThanOneChunk) {
  std::string values(3000000, '\0');
  for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<char>(i * i >> 7);
  const std::string contents = Idx(0x802, {3, 1000000}, values);
  for (const std::string& bytes : {contents, Gzip(contents)}) {
    Write(images_, bytes);

    const Dataset dataset = ReadIdx(images_, labels_).value();

    const auto& inputs = std::get<std::vector<uint8_t>>(dataset.inputs);
    EXPECT_EQ(std::string(inputs.begin(), inputs.end()), values);
    EXPECT_EQ(inputs.capacity(), inputs.size()) << "no room is wasted on growing";
  }
}

TEST_F(IdxTest, ReadsColorImagesAndPlainRows) {
  Write(images_, Idx(0x804, {3, 1, 2, 2}, "abcdefghijkl"));
  EXPECT_THAT(ReadIdx(images_, labels_)->example_shape, ElementsAre(1, 2, 2));

  Write(images_, Idx(0x802, {3, 4}, "abcdefghijkl"));
  EXPECT_THAT(ReadIdx(images_, labels_)->example_shape, ElementsAre(4));
}

TEST_F(IdxTest, LabelsMayBeMissing) {
  const Dataset dataset = ReadIdx(images_, "").value();

  EXPECT_EQ(dataset.num_examples(), 3);
  EXPECT_FALSE(dataset.has_labels());
}

TEST_F(IdxTest, AGivenNumberOfClassesStays) {
  EXPECT_EQ(ReadIdx(images_, labels_, 10)->num_classes, 10);
}

TEST_F(IdxTest, AMissingFileIsNamed) {
  const absl::Status status = ReadIdx(directory_ + "/x", labels_).status();

  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "cannot read " + directory_ + "/x: No such file or directory");
}

TEST_F(IdxTest, AFolderIsNamed) {
  EXPECT_EQ(ReadIdx(directory_, labels_).status().message(),
            "cannot read " + directory_ + ": Is a directory");
}

TEST_F(IdxTest, WrongMagicNumbersAreErrors) {
  const std::string allowed =
      "; allowed for images: 0x0000TTRR with the type TT 08, 09, 0B, 0C, 0D or 0E, and the rank RR "
      "02 or 03 or 04";
  EXPECT_EQ(ImagesError(Labels()), "byte 0: magic number 0x00000801" + allowed);
  EXPECT_EQ(ImagesError(Idx(0xa03, {1, 1, 1}, "1234")),
            "byte 0: magic number 0x00000A03" + allowed);
  EXPECT_EQ(ImagesError("1,2,3\n"), "byte 0: magic number 0x312C322C" + allowed);
}

TEST_F(IdxTest, ImagesInPlaceOfLabelsAreAnError) {
  EXPECT_THAT(LabelsError(Images()),
              StartsWith("byte 0: magic number 0x00000803; allowed for labels"));
}

TEST_F(IdxTest, ReadsOtherTypesAsTheyAre) {
  const auto floats = [this](uint32_t magic, const std::string& values) {
    Write(images_, Idx(magic, {1, 2}, values));
    const absl::StatusOr<Dataset> dataset = ReadIdx(images_, "");
    EXPECT_TRUE(dataset.ok()) << dataset.status();
    EXPECT_EQ(dataset->scale, 1);
    return std::get<std::vector<float>>(dataset->inputs);
  };
  EXPECT_THAT(floats(0x902, "\x80\x7f"), ElementsAre(-128, 127));
  EXPECT_THAT(floats(0xb02, std::string("\xff\xfe\1\0", 4)), ElementsAre(-2, 256));
  EXPECT_THAT(floats(0xc02, BigEndian(0xfffffffd) + BigEndian(70000)), ElementsAre(-3, 70000));
  EXPECT_THAT(floats(0xd02, BigEndian(0x3fc00000) + BigEndian(0xc0000000)), ElementsAre(1.5, -2));
  EXPECT_THAT(
      floats(0xe02, BigEndian(0x3ff80000) + BigEndian(0) + BigEndian(0xc0000000) + BigEndian(0)),
      ElementsAre(1.5, -2));
}

TEST_F(IdxTest, ReadsMoreThanOneChunkOfFloats) {
  std::string values;
  for (uint32_t i = 0; i < 600000; ++i) values += BigEndian(i);
  Write(images_, Idx(0xc02, {3, 200000}, values));

  const Dataset dataset = ReadIdx(images_, labels_).value();

  const auto& inputs = std::get<std::vector<float>>(dataset.inputs);
  EXPECT_EQ(inputs[299999], 299999);
  EXPECT_EQ(inputs[599999], 599999);
}

TEST_F(IdxTest, NumbersThatAreNotFiniteAreErrors) {
  EXPECT_EQ(ImagesError(Idx(0xd02, {1, 2}, BigEndian(0) + BigEndian(0x7f800000))),
            "byte 16: value inf; allowed are finite numbers");
}

TEST_F(IdxTest, ALabelOf255IsNone) {
  Write(labels_, Idx(0x801, {3}, {'\1', '\xff', '\0'}));
  for (const int num_classes : {0, 2, 255}) {
    const Dataset dataset = ReadIdx(images_, labels_, num_classes).value();
    EXPECT_THAT(dataset.labels, ElementsAre(1, kNoLabel, 0));
    EXPECT_EQ(dataset.num_classes, num_classes == 0 ? 2 : num_classes);
  }
  EXPECT_THAT(ReadIdx(images_, labels_, 256)->labels, ElementsAre(1, 255, 0));
}

TEST_F(IdxTest, ANegativeLabelIsNone) {
  Write(labels_, Idx(0xb01, {3}, std::string("\1\0\xff\xff\0\2", 6)));
  EXPECT_THAT(ReadIdx(images_, labels_, 300)->labels, ElementsAre(256, kNoLabel, 2));
}

TEST_F(IdxTest, NoLabelAtAllIsAnError) {
  EXPECT_EQ(LabelsError(Idx(0x801, {3}, "\xff\xff\xff")),
            "all 3 labels are 255, which stands for no label");
}

TEST_F(IdxTest, MembersOfGzipDataFollowOneAnother) {
  Write(images_, Gzip(Images().substr(0, 20)) + Gzip("") + Gzip(Images().substr(20)));

  EXPECT_EQ(std::get<std::vector<uint8_t>>(ReadIdx(images_, labels_)->inputs)[11], 0xff);
}

TEST_F(IdxTest, OtherDataBehindGzipDataIsAnError) {
  const std::string packed = Gzip(Images());
  for (const std::string& junk : {std::string("x"), std::string("junk"), std::string(3, '\0')}) {
    EXPECT_EQ(ImagesError(packed + junk),
              absl::StrCat("byte ", packed.size(),
                           ": the file goes on behind its gzip data, with other data"));
  }
}

TEST_F(IdxTest, EndlessFilesAreErrors) {
  EXPECT_THAT(std::string(ReadIdx("/dev/zero", "").status().message()),
              StartsWith("/dev/zero: byte 0: magic number 0x00000000"));
}

TEST_F(IdxTest, AHeaderThatEndsEarlyIsAnError) {
  EXPECT_EQ(ImagesError(""), "byte 0: the file ends inside its IDX header");
  EXPECT_EQ(ImagesError(Images().substr(0, 3)), "byte 3: the file ends inside its IDX header");
  EXPECT_EQ(ImagesError(Images().substr(0, 14)), "byte 14: the file ends inside its IDX header");
}

TEST_F(IdxTest, ATruncatedFileIsAnError) {
  EXPECT_EQ(ImagesError(Images().substr(0, 26)),
            "byte 26: the file ends; sizes 3 x 2 x 2 promise 2 bytes more");
}

TEST_F(IdxTest, TrailingBytesAreAnError) {
  EXPECT_EQ(ImagesError(Images() + "x"),
            "byte 28: the file goes on; sizes 3 x 2 x 2 promise its end");
}

TEST_F(IdxTest, ASizeOfZeroIsAnError) {
  EXPECT_EQ(ImagesError(Idx(0x803, {3, 0, 2}, "")), "byte 8: size 0; allowed are 1 and more");
}

TEST_F(IdxTest, SizesThatOverflowAreAnError) {
  EXPECT_EQ(ImagesError(Idx(0x804, {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, "")),
            "byte 4: sizes 4294967295 x 4294967295 x 4294967295 x 4294967295 promise more than 4 "
            "GiB, the most that is read");
  // 2^64: zero, if it were computed in 64 bits.
  EXPECT_THAT(ImagesError(Idx(0x804, {65536, 65536, 65536, 65536}, "")), HasSubstr("promise more"));
}

TEST_F(IdxTest, AHeaderThatPromisesGigabytesIsReadInVain) {
  const std::string lie = Idx(0x803, {65536, 256, 256}, "abc");

  for (const std::string& contents : {lie, Gzip(lie)}) {
    EXPECT_EQ(ImagesError(contents),
              "byte 19: the file ends; sizes 65536 x 256 x 256 promise 4294967293 bytes more");
  }
}

TEST_F(IdxTest, DamagedGzipDataIsAnError) {
  const std::string packed = Gzip(Images());

  EXPECT_EQ(ImagesError(packed.substr(0, 30)), "byte 30: the gzip data ends early");
  std::string damaged = packed;
  damaged[packed.size() - 8] ^= 1;  // the check sum
  EXPECT_EQ(ImagesError(damaged),
            absl::StrCat("byte ", packed.size() - 4, ": damaged gzip data: incorrect data check"));
}

TEST_F(IdxTest, CountsThatDifferAreAnError) {
  EXPECT_EQ(LabelsError(Idx(0x801, {2}, "\1\2")),
            "byte 4: 2 labels for the 3 images of " + images_ +
                "; one without a label has 255 in the place of it");
}

TEST_F(IdxTest, ALabelOutOfRangeIsAnError) {
  EXPECT_EQ(LabelsError(Labels(), 2),
            "byte 8: label 2; allowed are the integers from 0 to 1, and for no label 255");
  EXPECT_EQ(LabelsError(Idx(0x801, {3}, "\1\1\n"), 10),
            "byte 10: label 10; allowed are the integers from 0 to 9, and for no label 255");
}

// Each byte of a file in turn cut off or changed: all that may come of it is a Status or, where
// the damage cannot be seen, a data set.
TEST_F(IdxTest, NoDamageCrashes) {
  for (const std::string& contents : {Images(), Gzip(Images())}) {
    for (size_t i = 0; i < contents.size(); ++i) {
      EXPECT_NE(ImagesError(contents.substr(0, i)), "") << "cut off at byte " << i;
      for (const int change : {0x01, 0x80, 0xff}) {
        std::string damaged = contents;
        damaged[i] = static_cast<char>(damaged[i] ^ change);
        Write(images_, damaged);
        const absl::StatusOr<Dataset> dataset = ReadIdx(images_, labels_);
        if (dataset.ok()) {
          EXPECT_EQ(dataset->num_examples(), 3);
        } else {
          EXPECT_THAT(std::string(dataset.status().message()), HasSubstr(directory_));
        }
      }
    }
  }
}

}  // namespace
}  // namespace ladder

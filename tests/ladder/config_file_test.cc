#include "ladder/config_file.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "ladder/resolve.h"

namespace ladder {
namespace {

using ::testing::ElementsAre;

constexpr char kBase[] = R"(model {
  layers { fully_connected { units: 8 } }
  layers { fully_connected { units: 2 } }
}
data { two_moons {} num_labeled: 6 }
training { seed: 4 class_weights { weight: [1, 2] } }
)";

constexpr char kTable[] = R"(base: "base.pbtxt"
training { num_epochs: 9 }
variants { name: "plain" }
variants { name: "wide-2.5"  model { layers { fully_connected { units: 99 } } }
  training { num_epochs: 7 } }
)";

// A folder of its own for each test.
class ConfigFileTest : public ::testing::Test {
 protected:
  ConfigFileTest()
      : folder_(JoinPath(::testing::TempDir(),
                         ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    std::filesystem::remove_all(folder_);
    EXPECT_TRUE(CreateDirectories(folder_).ok());
  }

  std::string Path(const std::string& name) const { return JoinPath(folder_, name); }
  std::string Write(const std::string& name, absl::string_view text) const {
    EXPECT_TRUE(WriteFileAtomically(Path(name), text).ok());
    return Path(name);
  }
  // The error's message, with the files as they are called in the folder.
  std::string Error(const std::string& name) const {
    const absl::Status status = ReadConfig(Path(name)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    return absl::StrReplaceAll(status.message(), {{folder_ + "/", ""}});
  }

  std::string folder_;
};

TEST_F(ConfigFileTest, AFileIsReadAsItIs) {
  const Config config = ReadConfig(Write("base.pbtxt", kBase)).value();

  Experiment expected;
  FieldLocations locations;
  ASSERT_TRUE(ParseTextProto(kBase, "base.pbtxt", &expected, &locations).ok());
  EXPECT_EQ(PrintTextProto(config.experiment), PrintTextProto(expected));
  EXPECT_EQ(config.locations.Place("training.seed"), Path("base.pbtxt:6:12"));
  EXPECT_EQ(config.name, "base");
}

TEST_F(ConfigFileTest, AFileSaysWhatIsDifferentFromItsBase) {
  Write("base.pbtxt", kBase);
  std::filesystem::create_directory(Path("deep"));
  Write("deep/middle.pbtxt", "base: '../base.pbtxt' model { layers { noise_stddev: 0.5 } }");
  Write("top.pbtxt",
        "base: 'deep/middle.pbtxt'\n"
        "model { layers { fully_connected { units: 16 } } layers {} layers { max_pool {} } }\n"
        "training { class_weights { weight: 3 } }");

  const Config config = ReadConfig(Path("top.pbtxt")).value();

  const Model& model = config.experiment.model();
  ASSERT_EQ(model.layers_size(), 3);
  EXPECT_EQ(model.layers(0).fully_connected().units(), 16);
  EXPECT_EQ(model.layers(0).noise_stddev(), 0.5);
  EXPECT_EQ(model.layers(1).fully_connected().units(), 2);
  EXPECT_TRUE(model.layers(2).has_max_pool());
  EXPECT_EQ(config.experiment.training().seed(), 4);
  EXPECT_THAT(config.experiment.training().class_weights().weight(), ElementsAre(3));
  EXPECT_FALSE(config.experiment.has_base());
  EXPECT_EQ(config.name, "top");
}

TEST_F(ConfigFileTest, ErrorsNameTheFileThatSpokeLast) {
  Write("base.pbtxt", kBase);
  const auto error = [&](absl::string_view text) {
    const Config config = ReadConfig(Write("top.pbtxt", text)).value();
    return absl::StrReplaceAll(Resolve(config.experiment, config.locations).status().message(),
                               {{folder_ + "/", ""}});
  };

  EXPECT_EQ(error("base: 'base.pbtxt'\nmodel { layers { fully_connected { units: 0 } } }"),
            "top.pbtxt:2:36: model.layers[0].fully_connected.units must be from 1 to 2147483647, "
            "got 0");
  EXPECT_EQ(error("base: 'base.pbtxt'\nmodel { target: NUMBERS }"),
            "base.pbtxt:6:20: training.class_weights is for a model.target of CLASS alone");
}

TEST_F(ConfigFileTest, ABadBaseIsNamedWithItsPlace) {
  Write("missing.pbtxt", "data {}\nbase: 'nowhere.pbtxt'");
  Write("wrong.pbtxt", "base: 'bad.pbtxt'");
  Write("bad.pbtxt", "\nmodell {}");
  Write("a.pbtxt", "base: 'b.pbtxt'");
  Write("b.pbtxt", "data {} base: './a.pbtxt'");

  EXPECT_EQ(Error("missing.pbtxt"),
            "missing.pbtxt:2:1: base \"nowhere.pbtxt\": cannot read nowhere.pbtxt: No such file or "
            "directory");
  EXPECT_EQ(Error("wrong.pbtxt").substr(0, 62),
            "wrong.pbtxt:1:1: base \"bad.pbtxt\": bad.pbtxt:2:8: Message type");
  EXPECT_EQ(Error("a.pbtxt"),
            "a.pbtxt:1:1: base \"b.pbtxt\": b.pbtxt:1:9: base \"./a.pbtxt\": ./a.pbtxt stands on "
            "itself");
}

TEST_F(ConfigFileTest, AMissingFileIsNotFound) {
  EXPECT_EQ(ReadConfig(Path("nowhere.pbtxt")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ReadConfig(Path("nowhere.pbtxt:x")).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(ConfigFileTest, AVariantIsLaidOverItsFileAndThatOverItsBase) {
  Write("base.pbtxt", kBase);
  Write("table.pbtxt", kTable);

  const Config plain = ReadConfig(Path("table.pbtxt:plain")).value();
  const Config wide = ReadConfig(Path("table.pbtxt:wide-2.5")).value();

  EXPECT_EQ(plain.experiment.training().num_epochs(), 9);
  EXPECT_EQ(plain.experiment.model().layers(0).fully_connected().units(), 8);
  EXPECT_EQ(plain.name, "plain");
  EXPECT_EQ(wide.experiment.training().num_epochs(), 7);
  EXPECT_EQ(wide.experiment.training().seed(), 4);
  EXPECT_EQ(wide.experiment.model().layers(0).fully_connected().units(), 99);
  EXPECT_EQ(wide.experiment.variants_size(), 0);
  EXPECT_EQ(wide.name, "wide-2.5");
  EXPECT_EQ(wide.locations.Place("training.num_epochs"), Path("table.pbtxt:5:14"));
  EXPECT_EQ(wide.locations.Place("training.seed"), Path("base.pbtxt:6:12"));
  EXPECT_EQ(wide.locations.Place("deployment"), Path("table.pbtxt:4:1"));
  EXPECT_TRUE(Resolve(wide.experiment, wide.locations).ok());
  EXPECT_THAT(VariantNames(Path("table.pbtxt")).value(), ElementsAre("plain", "wide-2.5"));
  EXPECT_THAT(VariantNames(Path("base.pbtxt")).value(), ElementsAre());
}

TEST_F(ConfigFileTest, AVariantCanBeABase) {
  Write("base.pbtxt", kBase);
  Write("table.pbtxt", kTable);

  const Config config = ReadConfig(Write("top.pbtxt", "base: 'table.pbtxt:wide-2.5'")).value();

  EXPECT_EQ(config.experiment.training().num_epochs(), 7);
  EXPECT_EQ(config.name, "top");
}

TEST_F(ConfigFileTest, AVariantThatIsNotNamedIsToldWhatThereIs) {
  Write("base.pbtxt", kBase);
  Write("table.pbtxt", kTable);
  Write("top.pbtxt", "base: 'table.pbtxt'");

  EXPECT_EQ(Error("table.pbtxt"),
            "table.pbtxt has several variants: write table.pbtxt:NAME with one of plain, wide-2.5");
  EXPECT_EQ(Error("table.pbtxt:wide"),
            "table.pbtxt has no variant \"wide\"; it has plain, wide-2.5");
  EXPECT_EQ(Error("base.pbtxt:wide"), "base.pbtxt has no variants, and so none called \"wide\"");
  EXPECT_EQ(Error("top.pbtxt"),
            "top.pbtxt:1:1: base \"table.pbtxt\": table.pbtxt has several variants: write "
            "table.pbtxt:NAME with one of plain, wide-2.5");
}

TEST_F(ConfigFileTest, EachVariantHasAName) {
  Write("none.pbtxt", "variants { name: 'a' }\nvariants {}");
  Write("twice.pbtxt", "variants { name: 'a' }\nvariants { name: 'a' }");
  Write("odd.pbtxt", "variants { name: '../x' }");

  EXPECT_EQ(Error("none.pbtxt:a"), "none.pbtxt:2:1: variants[1].name is missing");
  EXPECT_EQ(Error("twice.pbtxt:a"),
            "twice.pbtxt:2:12: variants[1].name is \"a\", as variants[0].name is; expected a name "
            "for each variant");
  EXPECT_EQ(Error("odd.pbtxt:a"),
            "odd.pbtxt:1:12: variants[0].name must be letters, digits, _, - and, but for the "
            "first, dots, got \"../x\"");
}

TEST_F(ConfigFileTest, APathThatIsThereIsAFileAlsoWithAColon) {
  Write("base.pbtxt:x", kBase);
  std::filesystem::create_directory(Path("a:b"));
  Write("a:b/base.pbtxt", kBase);

  EXPECT_EQ(ReadConfig(Path("base.pbtxt:x")).value().name, "base.pbtxt:x");
  EXPECT_EQ(ReadConfig(Path("a:b/base.pbtxt")).value().name, "base");
}

}  // namespace
}  // namespace ladder

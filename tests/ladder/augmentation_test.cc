#include "ladder/augmentation.h"

#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::ElementsAre;

constexpr RandomKey kKey = {.seed = 1, .stream = 9, .step = 3};

// Rows of the same image, 2 x 3 of one channel.
std::vector<Real> Images(int num_images) {
  std::vector<Real> images;
  for (int i = 0; i < num_images; ++i) images.insert(images.end(), {1, 2, 3, 4, 5, 6});
  return images;
}

std::set<std::vector<Real>> Variants(const Training::Augmentation& config, RandomKey key = kKey) {
  std::vector<Real> images = Images(1000);
  Augment(config, {2, 3, 1}, key, Tensor(images.data(), {1000, 6}));
  std::set<std::vector<Real>> variants;
  for (int i = 0; i < 1000; ++i) {
    variants.insert({images.begin() + 6 * i, images.begin() + 6 * i + 6});
  }
  return variants;
}

TEST(AugmentationTest, MovesByAllAmountsAndZerosComeIn) {
  Training::Augmentation config;
  config.set_shift(1);

  const std::set<std::vector<Real>> variants = Variants(config);

  EXPECT_EQ(variants.size(), 9);
  EXPECT_THAT(variants, testing::Contains(ElementsAre(1, 2, 3, 4, 5, 6)));
  EXPECT_THAT(variants, testing::Contains(ElementsAre(0, 1, 2, 0, 4, 5)));  // to the right
  EXPECT_THAT(variants, testing::Contains(ElementsAre(4, 5, 6, 0, 0, 0)));  // up
}

TEST(AugmentationTest, MirrorsHalfOfThem) {
  Training::Augmentation config;
  config.set_flip(Training::Augmentation::HORIZONTAL);

  EXPECT_THAT(Variants(config),
              ElementsAre(ElementsAre(1, 2, 3, 4, 5, 6), ElementsAre(3, 2, 1, 6, 5, 4)));
}

TEST(AugmentationTest, ChannelsStayTogether) {
  Training::Augmentation config;
  config.set_flip(Training::Augmentation::HORIZONTAL);
  std::vector<Real> images = Images(100);
  Augment(config, {1, 3, 2}, kKey, Tensor(images.data(), {100, 6}));

  EXPECT_THAT(images, testing::Contains(6));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(images[6 * i] == 1 || images[6 * i] == 5);
}

TEST(AugmentationTest, TheKeyDecides) {
  Training::Augmentation config;
  config.set_shift(1);
  std::vector<Real> a = Images(10), b = Images(10), c = Images(10);
  Augment(config, {2, 3, 1}, kKey, Tensor(a.data(), {10, 6}));
  Augment(config, {2, 3, 1}, kKey, Tensor(b.data(), {10, 6}));
  Augment(config, {2, 3, 1}, {.seed = 1, .stream = 9, .step = 4}, Tensor(c.data(), {10, 6}));

  EXPECT_EQ(a, b);
  EXPECT_NE(a, c);
}

}  // namespace
}  // namespace ladder

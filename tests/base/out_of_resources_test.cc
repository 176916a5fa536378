#include "base/out_of_resources.h"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include "base/aligned_memory.h"
#include "gtest/gtest.h"

namespace ladder {
namespace {

using testing::ExitedWithCode;

void Fail() { throw std::runtime_error("the folder is gone"); }

TEST(OutOfResourcesDeathTest, IsOneLineAndExitCode3) {
  EXPECT_EXIT(EndOutOfResources("no more"), ExitedWithCode(3), "^no more\n$");
}

TEST(OutOfResourcesDeathTest, MemoryThatIsNotToBeHad) {
#ifdef LADDER_SANITIZED
  GTEST_SKIP() << "a sanitizer's allocator reports it and ends the program itself";
#endif
  EXPECT_EXIT(
      {
        EndWhenOutOfResources();
        EXPECT_EQ(std::string(size_t{1} << 60, 'x').size(), 0);
      },
      ExitedWithCode(3), "^out of memory\n$");
  EXPECT_EXIT(AllocateAligned(size_t{1} << 60), ExitedWithCode(3),
              "^out of memory: cannot allocate 1152921504606846976 bytes\n$");
}

TEST(OutOfResourcesDeathTest, AnExceptionThatNobodyCatches) {
  const auto fail = []() noexcept { Fail(); };
  EXPECT_EXIT(
      {
        EndWhenOutOfResources();
        fail();
      },
      ExitedWithCode(3), "^the folder is gone\n$");
}

TEST(OutOfResourcesDeathTest, AFileSystemsErrorInAThread) {
  EXPECT_EXIT(
      {
        EndWhenOutOfResources();
        std::thread([] { std::filesystem::create_directory("/none/x"); }).join();
      },
      ExitedWithCode(3), "^filesystem error: cannot create directory: No such file .*/none/x.\n$");
}

}  // namespace
}  // namespace ladder

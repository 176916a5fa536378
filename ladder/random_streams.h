#ifndef LADDER_LADDER_RANDOM_STREAMS_H_
#define LADDER_LADDER_RANDOM_STREAMS_H_

#include <cstdint>

// The streams of random numbers (base/philox.h) of a run, one for each purpose.

namespace ladder {

inline constexpr uint32_t kBatchStream = 1;
inline constexpr uint32_t kLabelSplitStream = 2;
inline constexpr uint32_t kValidationSplitStream = 3;
inline constexpr uint32_t kTrainingDataStream = 4;
inline constexpr uint32_t kTestDataStream = 5;
inline constexpr uint32_t kTestSplitStream = 6;
inline constexpr uint32_t kFoldStream = 7;
inline constexpr uint32_t kBootstrapStream = 8;
inline constexpr uint32_t kAugmentationStream = 9;  // step by step
inline constexpr uint32_t kDenoisingReportStream = 10;

// Of each level l: + l. There are at most 256 levels.
inline constexpr uint32_t kNoiseStream = 256;  // step by step
inline constexpr uint32_t kEncoderWeightStream = 512;
inline constexpr uint32_t kDecoderWeightStream = 768;
inline constexpr uint32_t kCombinatorStream = 1024;
inline constexpr uint32_t kAdversaryStream = 1280;  // step by step

}  // namespace ladder

#endif  // LADDER_LADDER_RANDOM_STREAMS_H_

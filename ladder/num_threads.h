#ifndef LADDER_LADDER_NUM_THREADS_H_
#define LADDER_LADDER_NUM_THREADS_H_

#include <algorithm>
#include <thread>

#include "ladder/experiment.pb.h"

namespace ladder {

// The number of threads to run on: all cores, if the config names none.
inline int NumThreads(const Deployment& config) {
  if (config.has_num_threads()) return config.num_threads();
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace ladder

#endif  // LADDER_LADDER_NUM_THREADS_H_

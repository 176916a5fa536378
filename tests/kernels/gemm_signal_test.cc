// Products while signals arrive, as when a training is interrupted or a profiler samples it.
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "kernels/gemm.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder::kernels {
namespace {

// Where the thread that multiplies has its stack.
uintptr_t stack_begin = 0;
uintptr_t stack_end = 0;

std::atomic<int> num_handled = 0;
std::atomic<int> num_off_the_stack = 0;

void Handle(int) {
  const auto frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  if (frame < stack_begin || frame >= stack_end) ++num_off_the_stack;
  ++num_handled;
}

void FindStack() {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_getattr_np(pthread_self(), &attributes), 0);
  void* begin = nullptr;
  size_t size = 0;
  ASSERT_EQ(pthread_attr_getstack(&attributes, &begin, &size), 0);
  pthread_attr_destroy(&attributes);
  stack_begin = reinterpret_cast<uintptr_t>(begin);
  stack_end = stack_begin + size;
}

// A handler's frame anywhere else overwrites what is there.
TEST(GemmSignalTest, HandlersFindTheStackOfTheirThread) {
  constexpr int kSignals = 300;
  constexpr int64_t kM = 200, kN = 500, kK = 300;
  Context context({.num_threads = 1});
  std::vector<Real> a(kM * kK, 1), b(kK * kN, 1), c(kM * kN);
  ASSERT_NO_FATAL_FAILURE(FindStack());
  signal(SIGUSR1, Handle);

  std::atomic<bool> done = false;
  std::thread sender([&, target = pthread_self()] {
    for (int i = 0; i < kSignals; ++i) {
      pthread_kill(target, SIGUSR1);
      while (num_handled == i) std::this_thread::yield();
    }
    done = true;
  });
  while (!done) {
    for (bool transpose_a : {false, true}) {
      for (bool transpose_b : {false, true}) {
        Gemm(context, {a.data(), kM, kK, transpose_a}, {b.data(), kK, kN, transpose_b},
             Tensor(c.data(), {kM, kN}));
      }
    }
  }
  sender.join();
  signal(SIGUSR1, SIG_DFL);

  EXPECT_EQ(num_handled, kSignals);
  EXPECT_EQ(num_off_the_stack, 0);
}

}  // namespace
}  // namespace ladder::kernels

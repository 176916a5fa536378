#ifndef LADDER_TENSOR_PROFILE_H_
#define LADDER_TENSOR_PROFILE_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ladder {

// Collects, while a Context points to it, the time of each operation and the size of each matrix
// product.
class Profile {
 public:
  struct OpTime {
    int64_t calls = 0;  // forward calls
    double forward_seconds = 0;
    double backward_seconds = 0;
  };
  // c = a b or c += a b, with a: [m, k], b: [k, n] as they enter the product.
  struct Product {
    int64_t m, n, k;
    bool transposed_a, transposed_b;  // stored as [k, m], [n, k]
    bool add;
    double flops() const { return 2.0 * m * n * k; }
  };

  void AddForward(const char* op, double seconds);
  void AddBackward(const char* op, double seconds);
  void AddProduct(const Product& product) { products_.push_back(product); }

  // By the operation's name, such as "MatMul".
  const std::map<std::string, OpTime>& op_times() const { return op_times_; }
  // In the order in which they were computed.
  const std::vector<Product>& products() const { return products_; }
  void Clear();

  // Seconds on a clock that only goes forward.
  static double Now();

 private:
  std::map<std::string, OpTime> op_times_;
  std::vector<Product> products_;
};

}  // namespace ladder

#endif  // LADDER_TENSOR_PROFILE_H_

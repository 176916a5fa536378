#ifndef LADDER_AUTODIFF_OP_H_
#define LADDER_AUTODIFF_OP_H_

#include <initializer_list>
#include <new>
#include <string>
#include <type_traits>

#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "autodiff/tape.h"

namespace ladder {

// What an operation is written with. An operation is one function:
//
//   Variable Lerp(Variable x, Variable target, Real weight) {
//     Op op("Lerp", {{"x", x}, {"target", target}}, {{"weight", weight}});     // 1. names
//     op.Require(x.shape() == target.shape(), "x.shape == target.shape");      // 2. what must hold
//     const Variable y = op.Output(x.shape());                                 // 3. memory
//     kernels::Lerp(op.context(), x.value(), target.value(), weight, y.value());  // 4. value
//     op.Backward([=](Context& context) {                                      // 5. gradient
//       if (const Output dx = GradientOf(x)) {
//         kernels::Scale(context, 1 - weight, y.grad(), dx);
//       }
//       if (const Output dt = GradientOf(target)) kernels::Scale(context, weight, y.grad(), dt);
//     });
//     return y;
//   }
//
// The backward function captures Variables, Tensors and numbers by value, nothing that has a
// destructor. Where GradientOf says so, it adds to a gradient, since a variable may be used many
// times.
class Op {
 public:
  // `name` must live for ever (a literal). At least one argument; all on one tape.
  Op(const char* name, std::initializer_list<Argument> arguments,
     std::initializer_list<Attribute> attributes = {});
  // For a list of arguments of one kind; messages call them name[0], name[1], ...
  Op(const char* name, const char* argument_name, absl::Span<const Variable> arguments,
     std::initializer_list<Attribute> attributes = {});
  ~Op();
  Op(const Op&) = delete;
  Op& operator=(const Op&) = delete;

  // Dies unless the condition holds, with a message that names the operation, the requirement,
  // every argument with its label, shape and origin, and every attribute. The requirement is a
  // format of absl::StrFormat, for what only the caller knows.
  template <class... Args>
  void Require(bool condition, const absl::FormatSpec<Args...>& requirement,
               const Args&... args) const {
    if (!condition) Fail(absl::StrFormat(requirement, args...));
  }

  // Dies if the gradients of two arguments share elements, as those of views may, and the arguments
  // are not the same. For operations that write several gradients in one pass; where the arguments
  // may be the same, that of the argument whose gradient was asked for first is written first.
  void RequireNoOverlap() const;

  // A new variable, not initialized. It needs a gradient if some argument does. Several outputs are
  // made one after another, no other operation between them.
  Variable Output(const Shape& shape);
  // A new variable that is part of `base`, an argument: `value` lies in its memory, and so will the
  // gradient in that of its gradient. There is nothing left for Backward to do.
  Variable View(Variable base, Tensor value);
  // A new variable without gradient whatever the arguments; `value` lies in the memory of one.
  Variable ConstantView(Tensor value);

  // Memory that lives as long as the tape, not initialized.
  Tensor Scratch(const Shape& shape);
  // Copies a list into memory that lives as long as the tape.
  template <class T>
  absl::Span<T> Keep(absl::Span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    T* copy = static_cast<T*>(context().arena().Allocate(items.size() * sizeof(T)));
    for (size_t i = 0; i < items.size(); ++i) new (copy + i) T(items[i]);
    return {copy, items.size()};
  }

  // Records function(Context&), to be called by Tape::Backward if some output received a gradient.
  // With one output its grad() is then not null; with several, each may be null. Not recorded if no
  // argument needs a gradient. At most once, after the outputs.
  template <class Function>
  void Backward(Function function) {
    static_assert(std::is_trivially_destructible_v<Function>,
                  "the arena runs no destructors: capture Variables, Tensors and numbers by value");
    if (!needs_grad_) return;
    void* closure = context().arena().Allocate(sizeof(Function));
    new (closure) Function(function);
    SetBackward(closure, [](void* closure, Context& context) {
      (*static_cast<Function*>(closure))(context);
    });
  }

  Context& context() const { return tape_->context(); }
  // Whether Backward will record anything.
  bool needs_grad() const { return needs_grad_; }

 private:
  void Start(absl::Span<const Argument> arguments, absl::Span<const Attribute> attributes);
  [[noreturn]] void Fail(const std::string& requirement) const;
  void SetBackward(void* closure, void (*backward)(void*, Context&));
  Variable AddOutput(Tensor value, bool needs_grad);

  const char* const name_;
  const bool is_list_ = false;
  Tape* tape_ = nullptr;
  Call* call_ = nullptr;  // in the arena
  bool needs_grad_ = false;
  Node* first_output_ = nullptr;
  double start_ = 0;  // seconds; used when profiling
};

}  // namespace ladder

#endif  // LADDER_AUTODIFF_OP_H_

#ifndef LADDER_AUTODIFF_TAPE_H_
#define LADDER_AUTODIFF_TAPE_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "autodiff/context.h"
#include "autodiff/parameter.h"
#include "autodiff/tensor.h"

namespace ladder {

// What the tape knows of one value; lives in the arena. Operations see it through Variable and Op.
struct Node {
  Tensor value;
  Tensor grad;  // null until something adds to it; null for ever if !needs_grad
  bool needs_grad = false;
  const char* op = "";       // the operation that computed it, such as "MatMul"
  absl::string_view label;   // who it is in the model, such as "encoder/3/W"; may be empty
  Node* previous = nullptr;  // recorded just before this one
  // An operation with several outputs records them one after another; the first carries the
  // closure, and all point to the first.
  Node* first_output = nullptr;
  bool reached = false;  // of a first output: some output received a gradient
  void (*backward)(void* closure, Context& context) = nullptr;
  void* closure = nullptr;
};

// A handle of a value on a tape: cheap to copy, valid until its tape dies. Using it later is a
// check failure.
class Variable {
 public:
  // A handle of nothing, false in a condition.
  Variable() = default;
  explicit operator bool() const { return node_ != nullptr; }

  const Shape& shape() const { return node()->value.shape(); }
  Tensor value() const { return node()->value; }
  // The gradient of the loss, after Tape::Backward; null if the loss does not depend on this
  // variable or no gradient was wanted. A parameter's is the one that all tapes add to.
  Tensor grad() const { return node()->grad; }
  bool needs_grad() const { return node()->needs_grad; }

  // Names the variable in error messages, such as "encoder/3/h". The text must outlive the tape.
  Variable Labeled(absl::string_view label) const;

  Node* node() const;
  Context& context() const;

 private:
  friend class Op;
  friend class Tape;
  Variable(Node* node, Context* context)
      : node_(node), context_(context), tape_number_(context->tape_number_) {}

  Node* node_ = nullptr;
  Context* context_ = nullptr;
  uint64_t tape_number_ = 0;
};

// One step of computation: records operations as they run, then goes through them backwards.
//
//   1. Construct it at the top of the loop body; at most one tape lives on a context at a time.
//   2. Bring values in: Constant, Use (parameters), Input (values whose gradient is wanted).
//   3. Call operations (ops/). Each computes at once.
//   4. Backward(loss), at most once, adds the gradient of the loss to every variable and parameter
//      that it depends on.
//   5. The closing brace ends it; its memory goes back to the context for the next tape.
class Tape {
 public:
  explicit Tape(Context* context);
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // A value without gradient. The tensor is viewed, not copied: it must outlive the tape.
  Variable Constant(Tensor value, absl::string_view label = "");
  // A scalar without gradient, shape [].
  Variable Scalar(Real value);
  // A value whose gradient is wanted (grad() of the result). Viewed, not copied.
  Variable Input(Tensor value, absl::string_view label = "");
  // A parameter; Backward adds to parameter.grad().
  Variable Use(const Parameter& parameter);

  // Memory for a tensor of this tape, not initialised; for inputs that are computed on the way.
  Tensor NewTensor(const Shape& shape);

  // Adds d loss / d x to the gradient of every x on the tape that needs one. `loss`: shape [].
  void Backward(Variable loss);

  // Where a value that is not finite first came up, as "MatMul (encoder/2/z) [200, 250]" or, where
  // all values are finite, "gradient of Exp ..."; empty if all values and gradients are finite.
  std::string FirstNonFinite() const;

  Context& context() const { return *context_; }

 private:
  friend class Op;
  Node* NewNode(const char* op, Tensor value, bool needs_grad, absl::string_view label);

  Context* const context_;
  Node* newest_ = nullptr;
  enum class State { kRecording, kGoingBack, kDone } state_ = State::kRecording;
};

// The gradient buffer of a variable, to add to; zero-filled when first asked for. Null if no
// gradient is wanted. For the backward functions of operations.
Tensor GradientOf(Variable variable);

}  // namespace ladder

#endif  // LADDER_AUTODIFF_TAPE_H_

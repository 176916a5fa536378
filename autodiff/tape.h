#ifndef LADDER_AUTODIFF_TAPE_H_
#define LADDER_AUTODIFF_TAPE_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "autodiff/attribute.h"
#include "autodiff/parameter.h"
#include "tensor/context.h"
#include "tensor/tensor.h"

namespace ladder {

// Memory of a gradient. When one was passed on, the next takes its buffer: one that is in the
// cache, as new memory is not.
struct GradientBuffer {
  Real* data;
  int64_t size;          // in elements
  GradientBuffer* next;  // in the list of the free ones
};

struct Call;

// What the tape knows of one value; lives in the arena. Operations see it through Variable and Op.
struct Node {
  Tensor value;
  Tensor grad;  // null until something adds to it, and again when it has been passed on
  GradientBuffer* buffer = nullptr;  // where it lies, unless it is a parameter's or a view's
  int64_t grad_begin = 0;            // elements [grad_begin, grad_end) of it hold numbers: views
  int64_t grad_end = 0;              // may have written some parts and left others
  bool needs_grad = false;
  const char* op = "";         // the operation that computed it, such as "MatMul"
  const Call* call = nullptr;  // of that operation; null for constants, inputs and parameters
  absl::string_view label;     // who it is in the model, such as "encoder/3/W"; may be empty
  Node* previous = nullptr;    // recorded just before this one
  const Parameter* parameter = nullptr;  // if it is the use of one
  Node* previous_use = nullptr;          // of any parameter
  Node* base = nullptr;                  // of a view: the value whose memory it is part of
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
  // The value of a variable of one element, such as a loss.
  Real scalar() const;
  // The gradient of the loss. After Tape::Backward inputs and parameters have one, and no others:
  // theirs was passed on, and its memory with it. Null if the loss does not depend on this
  // variable. A parameter's is the one that all tapes add to. Of a view (Rows, Reshape), while
  // Backward runs: part of the gradient of the variable whose memory it shares.
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

struct Argument {
  const char* name;
  Variable variable;
};

// What an operation was called with; lives in the arena. A list of arguments of one kind has one
// name.
struct Call {
  absl::Span<const Argument> arguments;
  absl::Span<const Attribute> attributes;
};

struct TapeOptions {
  // Whether parameters have gradients. If not, they are constants: for who wants the gradients of
  // inputs alone.
  bool parameter_gradients = true;
};

// One step of computation: records operations as they run, then goes through them backwards.
//
//   1. Construct it at the top of the loop body; at most one tape lives on a context at a time.
//   2. Bring values in: Constant, Use (parameters), Input (values whose gradient is wanted).
//   3. Call operations (ops/). Each computes at once.
//   4. Backward(loss), at most once, adds the gradient of the loss to every input and parameter
//      that it depends on.
//   5. The closing brace ends it; its memory goes back to the context for the next tape.
class Tape {
 public:
  explicit Tape(Context* context, const TapeOptions& options = {});
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // A value without gradient. The tensor is viewed, not copied: it must outlive the tape.
  Variable Constant(Tensor value, absl::string_view label = "");
  // A scalar without gradient, shape []; zeros without gradient.
  Variable Scalar(Real value);
  Variable Zeros(const Shape& shape);
  // A value whose gradient is wanted (grad() of the result). Viewed, not copied.
  Variable Input(Tensor value, absl::string_view label = "");
  // A parameter; Backward adds to parameter.grad(), unless the options say otherwise.
  Variable Use(const Parameter& parameter);

  // Memory for a tensor of this tape, not initialized; for inputs that are computed on the way.
  Tensor NewTensor(const Shape& shape);

  // Adds d loss / d x to the gradient of every input and parameter x that the loss depends on.
  // `loss`: shape []. Calls done(parameter) as soon as the gradient of a parameter is complete,
  // when it is still in the cache: an optimizer may change the parameter then, as no operation
  // reads it through Use any more. (A Constant that views its value would see the change.)
  void Backward(
      Variable loss, absl::FunctionRef<void(const Parameter&)> done = [](const Parameter&) {});

  // Where a value that is not finite first came up, as "MatMul (encoder/2/z) [200, 250]" or, where
  // all values are finite, "gradient of Exp ..."; empty if all values and the gradients of all
  // inputs and parameters are finite. To find the first gradient, it goes back a second time, with
  // the parameters as they are now; afterwards, gradients are of no use.
  std::string FirstNonFinite();

  Context& context() const { return *context_; }

 private:
  friend class Op;
  friend Output GradientOf(Variable variable);
  Variable Filled(const Shape& shape, Real value);
  Node* NewNode(const char* op, Tensor value, bool needs_grad, absl::string_view label);
  // Marks a variable as reached and gives it a gradient if it needs one: a buffer, or for a view
  // its part of its base's.
  Output Reach(Node* node);
  static Output Reach(Variable variable);
  GradientBuffer* NewBuffer(int64_t size);
  // Passes all gradients on, from the loss back. With `first_non_finite`, looks at each and says
  // whose was the first that is not finite.
  void GoBack(const Node** first_non_finite, absl::FunctionRef<void(const Parameter&)> done);
  // Takes the gradient back from an operation's output, after its backward function ran.
  void Recycle(Node* node);

  Context* const context_;
  const TapeOptions options_;
  Node* newest_ = nullptr;
  Node* newest_use_ = nullptr;  // of a parameter
  Node* loss_ = nullptr;        // null before Backward
  GradientBuffer* free_buffers_ = nullptr;
  enum class State { kRecording, kGoingBack, kDone } state_ = State::kRecording;
};

// For the backward functions of operations: where the gradient of a variable goes. It is to be
// assigned by the first use of the variable that asks, so that no gradient is filled with zeros
// only to be added to once, and added to by all others. Null if no gradient is wanted. Who asks
// writes it before it asks for the next, since two arguments may be views of one variable.
Output GradientOf(Variable variable);

}  // namespace ladder

#endif  // LADDER_AUTODIFF_TAPE_H_

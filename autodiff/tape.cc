#include "autodiff/tape.h"

#include <limits>
#include <new>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "kernels/elementwise.h"
#include "kernels/host.h"
#include "tensor/profile.h"

namespace ladder {
namespace {

bool IsOldestUse(const Node& use) {
  for (const Node* older = use.previous_use; older != nullptr; older = older->previous_use) {
    if (older->parameter == use.parameter) return false;
  }
  return true;
}

// Sets what no view has written to zero.
void CompleteGradient(Context& context, Node* node) {
  if (!node->grad) return;
  const int64_t size = node->grad.size();
  const Tensor grad = node->grad.Reshaped({size});
  kernels::Fill(context, grad.Rows(0, node->grad_begin), 0);
  kernels::Fill(context, grad.Rows(node->grad_end, size), 0);
  node->grad_begin = 0;
  node->grad_end = size;
}

std::string Describe(const Node& node) {
  std::string text(node.op);
  if (!node.label.empty()) absl::StrAppend(&text, " (", node.label, ")");
  absl::StrAppend(&text, " ", node.value.shape().ToString());
  if (node.call == nullptr) return text;
  for (const Attribute& attribute : node.call->attributes) {
    absl::StrAppend(&text, ", ", attribute.ToString());
  }
  return text;
}

}  // namespace

Node* Variable::node() const {
  LADDER_CHECK(node_ != nullptr) << "a Variable was used that no operation returned";
  LADDER_CHECK(context_->tape_number_ == tape_number_ && context_->tape_ != nullptr)
      << "a Variable was used after its tape ended";
  return node_;
}

Context& Variable::context() const {
  node();
  return *context_;
}

Real Variable::scalar() const { return kernels::ToScalar(value()); }

Variable Variable::Labeled(absl::string_view label) const {
  node()->label = label;
  return *this;
}

Tape::Tape(Context* context, const TapeOptions& options) : context_(context), options_(options) {
  LADDER_CHECK(context->tape_ == nullptr) << "two tapes live on one context";
  context->tape_ = this;
  ++context->tape_number_;
}

Tape::~Tape() {
  context_->tape_ = nullptr;
  context_->arena_.Reset();
}

Node* Tape::NewNode(const char* op, Tensor value, bool needs_grad, absl::string_view label) {
  LADDER_CHECK(state_ == State::kRecording)
      << op << ": an operation was called during or after Tape::Backward";
  Node* node = new (context_->arena_.Allocate(sizeof(Node))) Node;
  node->value = value;
  node->needs_grad = needs_grad;
  node->op = op;
  node->label = label;
  node->previous = newest_;
  node->first_output = node;
  newest_ = node;
  return node;
}

Variable Tape::Constant(Tensor value, absl::string_view label) {
  return Variable(NewNode("Constant", value, /*needs_grad=*/false, label), context_);
}

Variable Tape::Scalar(Real value) { return Filled({}, value); }

Variable Tape::Zeros(const Shape& shape) { return Filled(shape, 0); }

Variable Tape::Filled(const Shape& shape, Real value) {
  const Tensor tensor = NewTensor(shape);
  kernels::Fill(*context_, tensor, value);
  return Constant(tensor);
}

Variable Tape::Input(Tensor value, absl::string_view label) {
  return Variable(NewNode("Input", value, /*needs_grad=*/true, label), context_);
}

Variable Tape::Use(const Parameter& parameter) {
  Node* node =
      NewNode("Parameter", parameter.value(), options_.parameter_gradients, parameter.name());
  if (!options_.parameter_gradients) return Variable(node, context_);
  node->grad = parameter.grad();
  node->grad_end = node->grad.size();
  node->parameter = &parameter;
  node->previous_use = newest_use_;
  newest_use_ = node;
  return Variable(node, context_);
}

Tensor Tape::NewTensor(const Shape& shape) {
  return Tensor(static_cast<Real*>(context_->arena_.Allocate(shape.size() * sizeof(Real))), shape);
}

void Tape::Backward(Variable loss, absl::FunctionRef<void(const Parameter&)> done) {
  LADDER_CHECK(loss.shape() == Shape())
      << "Tape::Backward: the loss is a scalar, got a tensor " << Describe(*loss.node());
  LADDER_CHECK(loss.needs_grad())
      << "Tape::Backward: the loss depends on no parameter and no Input: "
      << Describe(*loss.node());
  LADDER_CHECK(&loss.context() == context_) << "Tape::Backward: the loss is on another tape";
  LADDER_CHECK(state_ == State::kRecording) << "Tape::Backward was called twice";
  loss_ = loss.node();
  GoBack(nullptr, done);
  state_ = State::kDone;
}

void Tape::GoBack(const Node** first_non_finite, absl::FunctionRef<void(const Parameter&)> done) {
  state_ = State::kGoingBack;
  kernels::Map(*context_, Reach(loss_), [] { return Real{1}; });
  Profile* profile = context_->profile();
  Node* last_output = nullptr;  // of the operation whose outputs are gone through
  for (Node* node = newest_; node != nullptr; node = node->previous) {
    if (last_output == nullptr) last_output = node;
    if (node->base == nullptr) CompleteGradient(*context_, node);
    if (node->first_output != node) continue;
    if (node->parameter != nullptr && IsOldestUse(*node)) done(*node->parameter);
    if (node->backward != nullptr && node->reached) {
      const double start = profile ? Profile::Now() : 0;
      node->backward(node->closure, *context_);
      if (profile) profile->AddBackward(node->op, Profile::Now() - start);
    }
    for (Node* output = last_output; output != node->previous; output = output->previous) {
      if (first_non_finite && *first_non_finite == nullptr && output->grad &&
          !kernels::IsFinite(*context_, output->grad)) {
        *first_non_finite = output;
      }
      if (output->base != nullptr || node->backward != nullptr) Recycle(output);
    }
    last_output = nullptr;
  }
}

std::string Tape::FirstNonFinite() {
  const Node* value = nullptr;
  const Node* grad = nullptr;
  for (const Node* node = newest_; node != nullptr; node = node->previous) {
    if (!kernels::IsFinite(*context_, node->value)) value = node;  // the list goes from new to old
    if (grad == nullptr && node->grad && !kernels::IsFinite(*context_, node->grad)) grad = node;
  }
  if (value != nullptr) return Describe(*value);
  if (grad == nullptr) return "";
  if (loss_ != nullptr) {
    // The gradients that were passed on are gone: going back once more shows them.
    for (const Node* node = newest_; node != nullptr; node = node->previous) {
      if (node->grad) kernels::Fill(*context_, node->grad, 0);
    }
    const Node* first = nullptr;
    GoBack(&first, [](const Parameter&) {});
    state_ = State::kDone;
    if (first != nullptr) grad = first;
  }
  return absl::StrCat("gradient of ", Describe(*grad));
}

Output Tape::Reach(Node* node) {
  if (!node->needs_grad) return {};
  Node* base = node;
  while (base->base != nullptr) base = base->base;
  base->first_output->reached = true;
  if (!base->grad) {
    base->buffer = NewBuffer(base->value.size());
    base->grad = Tensor(base->buffer->data, base->value.shape());
    base->grad_begin = base->grad_end = 0;
  }
  const int64_t begin = node->value.data() - base->value.data();
  const int64_t end = begin + node->value.size();
  node->grad = Tensor(base->grad.data() + begin, node->value.shape());
  // A part beside what is there already is the first of its elements.
  bool add = false;
  if (base->grad_begin == base->grad_end) {
    base->grad_begin = begin;
    base->grad_end = end;
  } else if (begin == base->grad_end) {
    base->grad_end = end;
  } else if (end == base->grad_begin) {
    base->grad_begin = begin;
  } else {
    if (begin < base->grad_begin || end > base->grad_end) CompleteGradient(*context_, base);
    add = true;
  }
  return Output(node->grad, add);
}

GradientBuffer* Tape::NewBuffer(int64_t size) {
  GradientBuffer** best = nullptr;
  for (GradientBuffer** link = &free_buffers_; *link != nullptr; link = &(*link)->next) {
    if ((*link)->size >= size && (best == nullptr || (*link)->size < (*best)->size)) best = link;
  }
  if (best == nullptr) {
    return new (context_->arena_.Allocate(sizeof(GradientBuffer)))
        GradientBuffer{NewTensor({size}).data(), size, nullptr};
  }
  GradientBuffer* buffer = *best;
  *best = buffer->next;
  if (context_->arena_.poison()) {
    kernels::Fill(*context_, Tensor(buffer->data, {buffer->size}),
                  std::numeric_limits<Real>::quiet_NaN());
  }
  return buffer;
}

void Tape::Recycle(Node* node) {
  if (!node->grad) return;
  if (node->buffer != nullptr) {
    node->buffer->next = free_buffers_;
    free_buffers_ = node->buffer;
  }
  node->grad = Tensor();
}

Output Tape::Reach(Variable variable) {
  Tape* const tape = variable.context().tape_;
  return tape->Reach(variable.node());
}

Output GradientOf(Variable variable) { return Tape::Reach(variable); }

}  // namespace ladder

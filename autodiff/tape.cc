#include "autodiff/tape.h"

#include <algorithm>
#include <cmath>
#include <new>
#include <string>

#include "absl/strings/str_cat.h"
#include "autodiff/profile.h"
#include "base/check.h"

namespace ladder {
namespace {

bool IsFinite(Tensor x) {
  return !x || std::all_of(x.data(), x.data() + x.size(), [](Real v) { return std::isfinite(v); });
}

std::string Describe(const Node& node) {
  return absl::StrCat(node.op, node.label.empty() ? "" : absl::StrCat(" (", node.label, ")"), " ",
                      node.value.shape().ToString());
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

Variable Variable::Labeled(absl::string_view label) const {
  node()->label = label;
  return *this;
}

Tape::Tape(Context* context) : context_(context) {
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

Variable Tape::Scalar(Real value) {
  const Tensor scalar = NewTensor({});
  scalar[0] = value;
  return Constant(scalar);
}

Variable Tape::Input(Tensor value, absl::string_view label) {
  return Variable(NewNode("Input", value, /*needs_grad=*/true, label), context_);
}

Variable Tape::Use(const Parameter& parameter) {
  Node* node = NewNode("Parameter", parameter.value(), /*needs_grad=*/true, parameter.name());
  node->grad = parameter.grad();
  return Variable(node, context_);
}

Tensor Tape::NewTensor(const Shape& shape) {
  return Tensor(static_cast<Real*>(context_->arena_.Allocate(shape.size() * sizeof(Real))), shape);
}

void Tape::Backward(Variable loss) {
  LADDER_CHECK(loss.shape() == Shape())
      << "Tape::Backward: the loss is a scalar, got a tensor " << Describe(*loss.node());
  LADDER_CHECK(loss.needs_grad())
      << "Tape::Backward: the loss depends on no parameter and no Input: "
      << Describe(*loss.node());
  LADDER_CHECK(&loss.context() == context_) << "Tape::Backward: the loss is on another tape";
  LADDER_CHECK(state_ == State::kRecording) << "Tape::Backward was called twice";
  GradientOf(loss)[0] += 1;
  state_ = State::kGoingBack;
  Profile* profile = context_->profile();
  for (Node* node = newest_; node != nullptr; node = node->previous) {
    if (node->backward == nullptr || !node->reached) continue;
    const double start = profile ? Profile::Now() : 0;
    node->backward(node->closure, *context_);
    if (profile) profile->AddBackward(node->op, Profile::Now() - start);
  }
  state_ = State::kDone;
}

std::string Tape::FirstNonFinite() const {
  const Node* first = nullptr;
  for (const Node* node = newest_; node != nullptr; node = node->previous) {
    if (!IsFinite(node->value)) first = node;  // the list goes from new to old
  }
  if (first != nullptr) return Describe(*first);
  for (const Node* node = newest_; node != nullptr; node = node->previous) {
    if (!IsFinite(node->grad)) return absl::StrCat("gradient of ", Describe(*node));
  }
  return "";
}

Tensor GradientOf(Variable variable) {
  Node* node = variable.node();
  if (!node->needs_grad) return Tensor();
  node->first_output->reached = true;
  if (!node->grad) {
    const Shape& shape = node->value.shape();
    Arena& arena = variable.context().arena();
    node->grad = Tensor(static_cast<Real*>(arena.Allocate(shape.size() * sizeof(Real))), shape);
    std::fill_n(node->grad.data(), shape.size(), Real{0});
  }
  return node->grad;
}

}  // namespace ladder

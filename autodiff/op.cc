#include "autodiff/op.h"

#include <cstdlib>
#include <new>
#include <string>

#include "absl/strings/str_cat.h"
#include "autodiff/profile.h"
#include "base/check.h"

namespace ladder {

Op::Op(const char* name, std::initializer_list<Argument> arguments) : name_(name) {
  Start({arguments.begin(), arguments.size()});
}

Op::Op(const char* name, const char* argument_name, absl::Span<const Variable> arguments)
    : name_(name), is_list_(true) {
  LADDER_CHECK(!arguments.empty()) << name << ": no arguments";
  Argument* list = static_cast<Argument*>(
      arguments[0].context().arena().Allocate(arguments.size() * sizeof(Argument)));
  for (size_t i = 0; i < arguments.size(); ++i) {
    new (list + i) Argument{argument_name, arguments[i]};
  }
  Start({list, arguments.size()});
}

void Op::Start(absl::Span<const Argument> arguments) {
  LADDER_CHECK(!arguments.empty()) << name_ << ": no arguments";
  Context& context = arguments[0].variable.context();
  tape_ = context.tape_;
  for (const Argument& argument : arguments) {
    LADDER_CHECK(&argument.variable.context() == &context)
        << name_ << ": " << argument.name << " is on another tape";
    needs_grad_ |= argument.variable.needs_grad();
  }
  arguments_ = Keep(arguments);
  if (context.profile()) start_ = Profile::Now();
}

Op::~Op() {
  if (Profile* profile = context().profile()) profile->AddForward(name_, Profile::Now() - start_);
}

void Op::RequireNoOverlap() const {
  const auto root = [](const Node* node) {
    while (node->base != nullptr) node = node->base;
    return node;
  };
  for (const Argument& a : arguments_) {
    for (const Argument& b : arguments_) {
      const Node *x = a.variable.node(), *y = b.variable.node();
      // Memory without gradients may be shared, as by two inputs that see one tensor.
      if (!x->needs_grad || root(x) != root(y)) continue;
      const Real *begin = x->value.data(), *other = y->value.data();
      const bool is_same = begin == other && x->value.shape() == y->value.shape();
      const bool is_apart = begin + x->value.size() <= other || other + y->value.size() <= begin;
      Require(is_same || is_apart, "arguments that are the same or share no elements");
    }
  }
}

Variable Op::AddOutput(Tensor value, bool needs_grad) {
  LADDER_CHECK(first_output_ == nullptr || tape_->newest_->first_output == first_output_)
      << name_ << ": another operation was called between two outputs";
  Node* node = tape_->NewNode(name_, value, needs_grad, "");
  if (first_output_ == nullptr) first_output_ = node;
  node->first_output = first_output_;
  return Variable(node, &context());
}

Variable Op::Output(const Shape& shape) { return AddOutput(tape_->NewTensor(shape), needs_grad_); }

Variable Op::View(Variable base, Tensor value) {
  const Tensor whole = base.value();
  LADDER_CHECK(whole.data() <= value.data() &&
               value.data() + value.size() <= whole.data() + whole.size())
      << name_ << ": a view " << value.shape() << " outside of " << whole.shape();
  const Variable view = AddOutput(value, base.needs_grad());
  view.node()->base = base.node();
  return view;
}

Variable Op::ConstantOutput(const Shape& shape) {
  return AddOutput(tape_->NewTensor(shape), /*needs_grad=*/false);
}

Variable Op::ConstantView(Tensor value) { return AddOutput(value, /*needs_grad=*/false); }

Tensor Op::Scratch(const Shape& shape) { return tape_->NewTensor(shape); }

void Op::SetBackward(void* closure, void (*backward)(void*, Context&)) {
  LADDER_CHECK(first_output_ != nullptr) << name_ << ": Backward before Output";
  LADDER_CHECK(first_output_->backward == nullptr) << name_ << ": Backward was called twice";
  first_output_->closure = closure;
  first_output_->backward = backward;
}

void Op::Fail(const char* requirement, const std::string& detail) const {
  std::string message = absl::StrCat(name_, " requires ", requirement);
  if (!detail.empty()) absl::StrAppend(&message, ", got ", detail);
  for (size_t i = 0; i < arguments_.size(); ++i) {
    const Node& node = *arguments_[i].variable.node();
    absl::StrAppend(&message, "\n  ", arguments_[i].name, is_list_ ? absl::StrCat("[", i, "]") : "",
                    ": ", node.value.shape().ToString(), " from ", node.op,
                    node.label.empty() ? "" : absl::StrCat(" (", std::string(node.label), ")"));
  }
  LADDER_CHECK(false) << message;
  std::abort();
}

}  // namespace ladder

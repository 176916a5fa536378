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

Variable Op::AddOutput(Tensor value, bool needs_grad) {
  Node* node = tape_->NewNode(name_, value, needs_grad, "");
  if (first_output_ == nullptr) first_output_ = node;
  node->first_output = first_output_;
  return Variable(node, &context());
}

Variable Op::Output(const Shape& shape) { return AddOutput(tape_->NewTensor(shape), needs_grad_); }

Variable Op::OutputView(Tensor value) { return AddOutput(value, needs_grad_); }

Variable Op::ConstantOutput(const Shape& shape) {
  return AddOutput(tape_->NewTensor(shape), /*needs_grad=*/false);
}

Variable Op::ConstantOutputView(Tensor value) { return AddOutput(value, /*needs_grad=*/false); }

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

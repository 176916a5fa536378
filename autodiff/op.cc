#include "autodiff/op.h"

#include <cstdlib>
#include <new>
#include <string>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "tensor/profile.h"

namespace ladder {

Op::Op(const char* name, std::initializer_list<Argument> arguments,
       std::initializer_list<Attribute> attributes)
    : name_(name) {
  Start({arguments.begin(), arguments.size()}, {attributes.begin(), attributes.size()});
}

Op::Op(const char* name, const char* argument_name, absl::Span<const Variable> arguments,
       std::initializer_list<Attribute> attributes)
    : name_(name), is_list_(true) {
  LADDER_CHECK(!arguments.empty()) << name << ": no arguments";
  Argument* list = static_cast<Argument*>(
      arguments[0].context().arena().Allocate(arguments.size() * sizeof(Argument)));
  for (size_t i = 0; i < arguments.size(); ++i) {
    new (list + i) Argument{argument_name, arguments[i]};
  }
  Start({list, arguments.size()}, {attributes.begin(), attributes.size()});
}

void Op::Start(absl::Span<const Argument> arguments, absl::Span<const Attribute> attributes) {
  LADDER_CHECK(!arguments.empty()) << name_ << ": no arguments";
  Context& context = arguments[0].variable.context();
  tape_ = context.tape_;
  for (const Argument& argument : arguments) {
    LADDER_CHECK(&argument.variable.context() == &context)
        << name_ << ": " << argument.name << " is on another tape";
    needs_grad_ |= argument.variable.needs_grad();
  }
  const absl::Span<Attribute> kept = Keep(attributes);
  for (Attribute& attribute : kept) {
    if (auto* list = std::get_if<absl::Span<const int64_t>>(&attribute.value)) *list = Keep(*list);
    if (auto* list = std::get_if<absl::Span<const int32_t>>(&attribute.value)) *list = Keep(*list);
  }
  call_ = new (context.arena().Allocate(sizeof(Call))) Call{Keep(arguments), kept};
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
  for (const Argument& a : call_->arguments) {
    for (const Argument& b : call_->arguments) {
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
  node->call = call_;
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

Variable Op::ConstantView(Tensor value) { return AddOutput(value, /*needs_grad=*/false); }

Tensor Op::Scratch(const Shape& shape) { return tape_->NewTensor(shape); }

void Op::SetBackward(void* closure, void (*backward)(void*, Context&)) {
  LADDER_CHECK(first_output_ != nullptr) << name_ << ": Backward before Output";
  LADDER_CHECK(first_output_->backward == nullptr) << name_ << ": Backward was called twice";
  first_output_->closure = closure;
  first_output_->backward = backward;
}

void Op::Fail(const std::string& requirement) const {
  std::string message = absl::StrCat(name_, " requires ", requirement);
  for (size_t i = 0; i < call_->arguments.size(); ++i) {
    const Argument& argument = call_->arguments[i];
    const Node& node = *argument.variable.node();
    absl::StrAppend(&message, "\n  ", argument.name, is_list_ ? absl::StrCat("[", i, "]") : "",
                    ": ", node.value.shape().ToString(), " from ", node.op,
                    node.label.empty() ? "" : absl::StrCat(" (", node.label, ")"));
  }
  for (const Attribute& attribute : call_->attributes) {
    absl::StrAppend(&message, "\n  ", attribute.ToString());
  }
  LADDER_CHECK(false) << message;
  std::abort();
}

}  // namespace ladder

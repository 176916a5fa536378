#ifndef LADDER_BASE_STATUS_MACROS_H_
#define LADDER_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the function if the expression, an absl::Status, is an error.
#define LADDER_RETURN_IF_ERROR(expression)                                                    \
  do {                                                                                        \
    if (absl::Status ladder_status = (expression); !ladder_status.ok()) return ladder_status; \
  } while (false)

// LADDER_ASSIGN_OR_RETURN(declaration or lvalue, expression): assigns the value of the expression,
// an absl::StatusOr, or returns its error.
#define LADDER_ASSIGN_OR_RETURN(target, expression) \
  LADDER_ASSIGN_OR_RETURN_IMPL(LADDER_CONCAT(ladder_statusor_, __LINE__), target, expression)
#define LADDER_ASSIGN_OR_RETURN_IMPL(statusor, target, expression) \
  auto statusor = (expression);                                    \
  if (!statusor.ok()) return std::move(statusor).status();         \
  target = *std::move(statusor)
#define LADDER_CONCAT(a, b) LADDER_CONCAT_IMPL(a, b)
#define LADDER_CONCAT_IMPL(a, b) a##b

#endif  // LADDER_BASE_STATUS_MACROS_H_

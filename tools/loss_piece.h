#ifndef LADDER_TOOLS_LOSS_PIECE_H_
#define LADDER_TOOLS_LOSS_PIECE_H_

#include <cstdint>

#include "ladder/model.h"

namespace ladder {

// Tells apart the smooth pieces of a model's loss, for checks of gradients: a hash of which relus
// of the step are on, those within combinators included, and of which values its poolings take.
uint64_t LossPiece(const LadderModel& model, const LadderStep& step);

}  // namespace ladder

#endif  // LADDER_TOOLS_LOSS_PIECE_H_

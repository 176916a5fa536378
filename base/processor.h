#ifndef LADDER_BASE_PROCESSOR_H_
#define LADDER_BASE_PROCESSOR_H_

#include <string>

namespace ladder {

// What this machine's processor is called, as its maker writes it: "AMD EPYC 9B14". Where the
// system does not tell: "unknown processor".
std::string ProcessorName();

}  // namespace ladder

#endif  // LADDER_BASE_PROCESSOR_H_

// Shows which element type a build has: the first argument is the expected size of Real in bytes.

#include <cstddef>
#include <cstdio>
#include <string>

#include "autodiff/parameter.h"

int main(int argc, char** argv) {
  // The library must be of the same build as the headers: it lays out the slab.
  constexpr int kElements = 16;
  ladder::ParameterSet parameters;
  const ladder::Parameter& a = parameters.Add("a", {kElements}, ladder::Zeros());
  const ladder::Parameter& b = parameters.Add("b", {kElements}, ladder::Zeros());
  const std::ptrdiff_t bytes = reinterpret_cast<const char*>(b.value().data()) -
                               reinterpret_cast<const char*>(a.value().data());
  const std::string header_size = std::to_string(sizeof(ladder::Real));
  const std::string library_size = std::to_string(bytes / kElements);

  const std::string expected = argc == 2 ? argv[1] : "";
  std::printf("Real has %s bytes in the headers, %s in the library, %s expected\n",
              header_size.c_str(), library_size.c_str(), expected.c_str());
  return header_size == expected && library_size == expected ? 0 : 1;
}

#!/bin/sh
# Checks that packages depend only on what stands below them (docs/design.md).
#
#   layering_test.sh GRAPH    what `bazel query --output=graph --nograph:factored` printed
set -eu

# Each layer, and the layers that it may depend on. Nothing here may depend on tests or examples.
layers="
  base:
  tensor:   base
  kernels:  base tensor
  autodiff: base tensor kernels
  ops:      base tensor kernels autodiff
  data:     base
  training: base tensor kernels autodiff
  ladder:   base tensor kernels autodiff ops data training
  tools:    base tensor kernels autodiff ops data training ladder
"

awk -v layers="$layers" '
  BEGIN {
    rows = split(layers, row, "\n")
    for (i = 1; i <= rows; ++i) {
      words = split(row[i], word, " ")
      if (words == 0) continue
      sub(":", "", word[1])
      known[word[1]]
      for (j = 2; j <= words; ++j) allowed[word[1], word[j]]
    }
  }

  # "//tests/ops:op_cases" is of the layer tests; third parties have none.
  function layer(label) {
    if (label !~ /^"\/\//) return ""
    label = substr(label, 4)
    sub(/[\/:].*/, "", label)
    return label
  }

  { from = layer($1) }
  from in known { seen[from] }
  $2 == "->" && from in known {
    to = layer($3)
    ++edges
    if (to == "" || to == from || (from, to) in allowed) next
    may = ""
    for (other in known) if ((from, other) in allowed) may = may " " other
    gsub("\"", "")
    printf "%s: the layer %s may depend on%s\n", $0, from, may == "" ? " nothing" : ":" may
    wrong = 1
  }

  END {
    for (name in seen) names = names " " name
    printf "%d edges out of the layers%s\n", edges, names
    exit wrong || edges == 0
  }
' "$1"

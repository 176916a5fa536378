#!/bin/bash
# A run that an earlier version made, in kept_run/, and never made anew: today's programs read it,
# predict from it, and go on with it. It has a convolution, a pooling, four combinators' parameters,
# averaged weights, a virtual adversarial cost, preprocessed inputs and a best checkpoint.
kept=$PWD/tests/system/kept_run
source tests/system/tools.sh || exit 1
cp -rL "$kept" run && chmod -R u+w run

# value NAME FILE: the first number of this name in a JSON file.
value() {
  sed -nE "s/.*\"$1\": *([-0-9.e]+).*/\1/p" "$2" | head -n 1
}
# near A B: processors round differently, so that an example or two may be told otherwise.
near() {
  awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && b != "" && a - b < 0.02 && b - a < 0.02) }'
}

expect 0 'of 360)' evaluate run --threads=1 --json=now.json
expect_true near "$(value error now.json)" "$(value error run/evaluation.json)"
expect 0 'of 100)' evaluate run --threads=1 --part=validation --json=now.json
expect_true near "$(value error now.json)" "$(value error run/validation.json)"
expect 0 'checkpoints/step_260' evaluate run --threads=1 --checkpoint=last

# Two images: their 64 values.
for image in 1 2; do seq -s, $image 64 $((63 * 64 + image)); done > images.csv
expect 0 'predictions for 2 rows' predict run --threads=1 --data=images.csv --output=labels.csv
expect_true test "$(wc -l < labels.csv)" = 3

expect 0 'convolution' describe run
expect 0 'kept   ' compare "$kept"

# It goes on with more epochs: from its last checkpoint, and knows its best one.
expect 0 'test error' train --resume run --threads=1 --set=training.num_epochs=22
expect_true test "$(wc -l < run/metrics.jsonl)" = 22
expect_true grep -qF '"virtual_adversarial"' <(tail -n 1 run/metrics.jsonl)
expect_true awk -v error="$(value error run/evaluation.json)" 'BEGIN { exit !(error < 0.25) }'

[[ $failures == 0 ]] || { echo "$failures failed"; exit 1; }
echo "all passed"

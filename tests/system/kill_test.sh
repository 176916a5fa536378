#!/bin/bash
# Kills a training with SIGKILL at random moments and resumes it: it ends with the same bits. How
# often: the first argument. The moments are numbers of epochs, from a fixed seed; where in the epoch
# that follows, the machine decides.
source tests/system/tools.sh || exit 1

times=$1
# A bit of all: a table, statistics of both kinds, validation, the best checkpoint, averages.
training=(configs/table.pbtxt --threads=1 --set=training.num_steps=400
  '--set=data.validation_fraction=0.4' --set=training.keep_best=true
  '--set=training.early_stopping={patience: 100000}' '--set=training.weight_average={decay: 0.99}'
  --set=deployment.checkpoint_every_epochs=20)
"$tools/train" "${training[@]}" --output_dir=whole > stdout 2> stderr || { cat stderr; exit 1; }

RANDOM=7
for ((i = 0; i < times; ++i)); do
  rm -rf killed
  "$tools/train" "${training[@]}" --output_dir=killed > stdout 2> stderr &
  epochs=$((RANDOM % 400))
  while kill -0 $! 2> /dev/null && [[ ! -e killed/metrics.jsonl ||
    $(wc -l < killed/metrics.jsonl) -lt $epochs ]]; do :; done
  kill -KILL $! 2> /dev/null
  wait $! 2> /dev/null
  if [[ -e killed ]]; then resume=--resume; else resume=; fi
  if ! "$tools/train" "${training[@]}" $resume --output_dir=killed > stdout 2> stderr; then
    echo "FAILED: kill $i: $(cat stderr)"
    failures=$((failures + 1))
    continue
  fi
  for file in evaluation.json validation.json rows.csv checkpoints/step_400/model.safetensors \
    checkpoints/step_400/optimizer.safetensors; do
    cmp "killed/$file" "whole/$file" || failures=$((failures + 1))
  done
  cmp <(cut -d, -f1-6 killed/metrics.jsonl) <(cut -d, -f1-6 whole/metrics.jsonl) ||
    failures=$((failures + 1))
done
echo "$times kills, $failures failures"
[[ $failures == 0 ]]

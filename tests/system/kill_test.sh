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
kills=0
for ((i = 0; i < times; ++i)); do
  rm -rf killed
  "$tools/train" "${training[@]}" --output_dir=killed > stdout 2> stderr &
  epochs=$((RANDOM % 400))
  while kill -0 $! 2> /dev/null && [[ ! -e killed/metrics.jsonl ||
    $(wc -l < killed/metrics.jsonl) -lt $epochs ]]; do :; done
  kill -KILL $! 2> /dev/null
  wait $! 2> /dev/null
  [[ $? != 137 ]] || kills=$((kills + 1))  # else it had ended
  if [[ -e killed ]]; then resume=--resume; else resume=; fi
  if ! "$tools/train" "${training[@]}" $resume --output_dir=killed > stdout 2> stderr; then
    fail "kill $i, after $epochs epochs: $(cat stderr)"
    continue
  fi
  for file in evaluation.json validation.json rows.csv checkpoints/step_400/model.safetensors \
    checkpoints/step_400/optimizer.safetensors; do
    expect_true cmp "killed/$file" "whole/$file"
  done
  # All but the seconds, which end a line.
  for run in killed whole; do sed 's/,"seconds":[^,]*}$//' $run/metrics.jsonl > $run.jsonl; done
  expect_true cmp killed.jsonl whole.jsonl
done
[[ $kills -ge 1 ]] || fail "each training had ended before it was killed"
echo "$kills of $times killed, $failures failures"
[[ $failures == 0 ]]

#!/bin/bash
# The programs of tools/ as a person uses them: trains a small model, looks at the run in every way,
# and makes mistakes. Each mistake ends with one line on stderr and the right exit code.
source tests/system/tools.sh || exit 1

# ---- A run ---------------------------------------------------------------------------------------

moons=(configs/two_moons.pbtxt --threads=1 --set=training.num_epochs=3
  --set=data.two_moons.num_test=200)
expect 0 'run: ' train "${moons[@]}"
run=runs/two_moons

expect 0 'of 200)' evaluate $run --threads=1 --json=evaluation.json
expect_true cmp evaluation.json $run/evaluation.json
expect 0 'of 1000)' evaluate $run --threads=1 --part=training
expect 0 'of 200)' evaluate $run --threads=1 --part=validation
expect 0 '"error_interval_95": [' evaluate $run --threads=1 --json=/dev/stdout

printf 'x,y,class\n0,1,0\n1,-0.5,1\n' > points.csv
expect 0 'predictions for 2 rows' predict $run --threads=1 --data=points.csv \
  --label_column=class --output=predictions.csv
expect_true grep -q 'of 2)' stdout
expect_true grep -qx 'row,label,probability_0,probability_1' predictions.csv
expect_true grep -qE '^1,[01],[0-9.e-]+,[0-9.e-]+$' predictions.csv
expect_true test "$(wc -l < predictions.csv)" = 3

expect 0 'training    3 epochs of 10 steps' describe $run --threads=1 --json=description.json
expect_true grep -q '"gflop": ' description.json
expect 0 '    6  fully connected  10           softmax' describe configs/mnist_100_full.pbtxt \
  --threads=1
expect 0 'All relative errors are below 1e-06.' gradcheck configs/two_moons.pbtxt --threads=1 \
  --max_elements=5 --json=gradients.json
expect_true grep -q '"agree": true' gradients.json
expect 0 'step / floor' benchmark "${moons[@]}" --steps=3 --json=benchmark.json
expect_true grep -q '^step / floor' <(tail -n 1 stdout)
for key in step_ms floor_ms step_over_floor threads gflop_per_step; do
  expect_true grep -q "^  \"$key\": [0-9]" benchmark.json
done

# What is done to the inputs belongs to the run: evaluate and predict do the same to theirs.
points() {  # points FIRST LAST
  awk -v i="$1" -v n="$2" 'BEGIN {
    for (; i <= n; ++i) print 100 + 2 * (i % 2) + sin(i) "," 5 + cos(3 * i) "," i % 2
  }'
}
points 1 200 > training.csv
points 201 300 > test.csv
cat > whitened.pbtxt <<'CONFIG'
model { layers { fully_connected { units: 10 } } layers { fully_connected { units: 2 } } }
data { csv { training: "training.csv" test: "test.csv" } whitening {} }
training { num_epochs: 10 labeled_batch_size: 20 unlabeled_batch_size: 20 }
CONFIG
expect 0 'fitting the whitening to 200 examples of 2 values' train whitened.pbtxt --threads=1
# The run has its whitening: neither this machine's cache nor the training rows are needed.
rm -r "$HOME/.cache/ladder/whitening"
mv training.csv moved.csv
expect 0 'of 100)' evaluate runs/whitened --threads=1 --json=whitened.json
expect_true cmp whitened.json runs/whitened/evaluation.json
tail -n +2 stdout > evaluated
expect 0 'predictions for 100 rows' predict runs/whitened --threads=1 --data=test.csv \
  --label_column=-1 --output=predictions.csv
expect_true cmp stdout evaluated
rm runs/whitened/whitening.safetensors
expect 3 'whitening.safetensors' predict runs/whitened --data=test.csv --label_column=-1 \
  --output=x.csv
expect_true test ! -e x.csv

# A table of configs that stands on another: FILE:NAME in the place of FILE, for every program.
cat > table.pbtxt <<'CONFIG'
base: "configs/two_moons.pbtxt"
training { num_epochs: 2 }
data { two_moons { num_test: 200 } }
variants { name: "plain" }
variants { name: "noisy" model { layers { noise_stddev: 0.5 } } }
CONFIG
expect 0 'run: runs/noisy' train table.pbtxt:noisy --threads=1
expect_true grep -q 'noise_stddev: 0.5' runs/noisy/config.pbtxt
expect_true test "$(grep -cE '^(base|variants)' runs/noisy/config.pbtxt)" = 0
expect 0 'of 200)' evaluate runs/noisy --threads=1
expect 0 'runs: runs/plain' train table.pbtxt:plain --threads=1 --seeds=1..2
expect 0 'runs: folds' train table.pbtxt:plain --threads=1 --folds=2 --output_dir=folds \
  --set=data.num_validation=0
expect 0 '`noisy`' compare runs --markdown
expect 0 'All relative errors are below' gradcheck table.pbtxt:noisy --threads=1 --max_elements=5
expect 0 'step / floor' benchmark table.pbtxt:noisy --threads=1 --steps=3
expect 0 '2 epochs' describe table.pbtxt:noisy --threads=1
expect 0 '8 epochs' describe table.pbtxt:noisy --threads=1 --set=training.num_epochs=8
for program in benchmark describe gradcheck train; do
  expect 2 'write table.pbtxt:NAME with one of plain, noisy' $program table.pbtxt
  expect 2 'table.pbtxt has no variant "nosy"; it has plain, noisy' $program table.pbtxt:nosy
done
expect 2 '--set base=x: base is for files' describe table.pbtxt:plain --set=base=x
expect 2 '--set model.layers[*].noise_stddev=-1: model.layers[0].noise_stddev must be' describe \
  table.pbtxt:plain '--set=model.layers[*].noise_stddev=-1'

# ---- Several seeds -------------------------------------------------------------------------------

# Three runs, two at a time, are the same bits as each alone.
expect 0 'runs: seeds' train "${moons[@]}" --seeds=1..3 --jobs=2 --output_dir=seeds
expect_true grep -qE '^runs +3 +3$' stdout
expect_true test "$(grep -c '^seed_[1-3]: validation error .* test error' stderr)" = 3
expect_true cmp seeds/seed_1/evaluation.json $run/evaluation.json
expect_true cmp seeds/seed_1/checkpoints/step_30/model.safetensors \
  $run/checkpoints/step_30/model.safetensors
expect_true grep -q '^test error' seeds/seed_2.log

# What is finished stays as it is; what is missing is trained.
rm -r seeds/seed_2
mv seeds/seed_1/checkpoints away
expect 0 'training 2 of 4 runs' train "${moons[@]}" --seeds=1..3,8 --output_dir=seeds --resume
expect_true test -e seeds/seed_8/evaluation.json -a ! -e seeds/seed_1/checkpoints
expect 2 'had another config: modified: training.num_epochs: 3 -> 2' train "${moons[@]}" \
  --seeds=1..3 --output_dir=seeds --resume --set=training.num_epochs=2
expect 3 'seeds/seed_1 already holds a run: --resume' train "${moons[@]}" --seeds=1 \
  --output_dir=seeds
expect 3 "$run holds a single run" train "${moons[@]}" --seeds=1 --output_dir=$run

# One that diverges is shown, and the others are not kept from their mean.
diverging=("${moons[@]}" --set=training.adam.learning_rate=1e38 --output_dir=diverging)
expect 4 'runs                0 of 2' train "${diverging[@]}" --seeds=1,2
expect_true grep -qE '^ +1 +- .*diverged: step 2: ' stdout
expect 4 'training 0 of 2 runs' train "${diverging[@]}" --seeds=1,2 --resume

# Ctrl-C is passed on, and --resume goes on with the interrupted one and starts the other.
long=("${moons[@]}" --set=training.num_epochs=500 --seeds=1,2 --output_dir=interrupted)
"$tools/train" "${long[@]}" > stdout 2> stderr &
wait_for_epoch interrupted/seed_1 $!
kill -TERM $!
wait $!
expect_true test $? = 130
expect_true grep -q 'interrupted; to continue: .*train --resume --output_dir=interrupted ' stderr
expect_true test ! -e interrupted/seed_1/evaluation.json -a ! -e interrupted/seed_2
expect 0 'training 2 of 2 runs' train "${long[@]}" --resume
expect_true test "$(wc -l < interrupted/seed_1/metrics.jsonl)" = 500

expect 0 'two_moons' compare seeds diverging $run --json=comparison.json
expect_true grep -q '"state": "failed"' comparison.json
expect_true grep -qE '^two_moons \(2\) +seed 1 +diverging/seed_1 +diverged: ' stdout
expect_true grep -qF 'training.adam.learning_rate: 0.01 -> 1e+38' stdout
expect 0 '| `two_moons` | ' compare . --markdown
mkdir crashed && cp $run/config.pbtxt crashed
expect 0 'unfinished: epoch 0 of 3' compare crashed

for seeds in 1..x 3..1 1,1; do
  expect 2 "--seeds=$seeds: " train "${moons[@]}" --seeds="$seeds"
done
expect 2 '--seeds and --seed are both given' train "${moons[@]}" --seeds=1..2 --seed=1
expect 2 '--jobs is how many runs of --seeds' train "${moons[@]}" --jobs=2
expect 2 '--jobs must be from 1 to 256, got 0' train "${moons[@]}" --seeds=1..2 --jobs=0
printf '0,1,0\n1,-0.5,1\n0,2,0\n1,3,1\n' > no_test.csv
expect 2 '--seeds and --folds compare errors' train "${moons[@]}" --seeds=1..2 \
  '--set=data={csv{training: "no_test.csv"}}'
expect 3 'bazel run //tools:fetch_data -- mnist' train configs/mnist_100_full.pbtxt --seeds=1..2 \
  --output_dir=never
expect_true test ! -e never
expect 2 'expected at least 1 argument' compare
expect 3 'empty_folder' compare empty_folder
mkdir empty_folder
expect 3 'empty_folder holds no run' compare empty_folder

# ---- Mistakes on the command line and in configs: 2 -----------------------------------------------

for program in benchmark describe evaluate gradcheck predict train; do
  expect 0 'usage: ' $program --help
  expect 2 'expected 1 argument' $program
  expect 2 'unknown flag --colour' $program --colour=red x
done
expect 2 '--part must be test, training or validation, got half' evaluate $run --part=half
expect 2 '--steps must be at least 1, got 0' benchmark "${moons[@]}" --steps=0
expect 2 '--steps=few' benchmark "${moons[@]}" --steps=few
expect 2 '--max_elements must be at least 0, got -1' gradcheck configs/two_moons.pbtxt \
  --max_elements=-1
expect 2 '--output=FILE is missing' predict $run --data=points.csv
expect 2 '--data=FILE is missing' predict $run --output=x.csv
expect 2 '--label_column is for .csv files' predict $run --data=points --output=x.csv \
  --label_column=0
sed 's/units: 50/units: -5/' configs/two_moons.pbtxt > negative.pbtxt
sed 's/num_labeled/num_labelled/' configs/two_moons.pbtxt > unknown.pbtxt
for program in benchmark describe gradcheck train; do
  expect 2 'model.layers[1].fully_connected.units must be' $program negative.pbtxt
  expect 2 'num_labelled' $program unknown.pbtxt
done
expect 2 'data.num_labeled must be' describe "${moons[@]}" --set=data.num_labeled=2000

# What makes no sense for a program is no flag of it; no value is not the same as none given.
for flag in --set=training.seed=1 --seed=1 --threads=1; do
  expect 2 "unknown flag $flag" compare $run $flag
done
expect 2 'unknown flag --seed=1' evaluate $run --seed=1
for flag in --seed= --threads= --seeds= --jobs= --output_dir= --set=; do
  expect 2 "$flag has no value" train "${moons[@]}" $flag
done
expect 2 '--threads= has no value' evaluate $run --threads ''
expect 0 '--jobs=INTEGER  (default: none)' train -h
expect 0 '--resume or --noresume  (default: false)' train --help
expect 0 'ladder' train --version

# An error fits a screen, and does nothing to a terminal.
long=$(printf 'x%.0s' {1..100000})
for arguments in "--$long" "--seed=$long" "--set=$long" "--set=training.num_epochs=$long"; do
  expect 2 '...' train "${moons[@]}" "$arguments"
  expect_true test "$(wc -c < stderr)" -lt 2100
done
expect 2 '\x1b[2J' train "${moons[@]}" --seeds=$'\e[2J'
expect_true test "$(grep -c $'\e' stderr)" = 0

# ---- Files that are missing, damaged or of something else: 3 --------------------------------------

for program in benchmark describe gradcheck train; do
  expect 3 'missing.pbtxt: No such file' $program missing.pbtxt
done
for program in benchmark train; do
  expect 3 'bazel run //tools:fetch_data -- mnist' $program configs/mnist_100_full.pbtxt
done
expect 3 'bazel run //tools:fetch_data -- mnist' train configs/mnist_100_full.pbtxt \
  --output_dir=never
expect_true test ! -e never

mkdir empty
printf 'x,y,class\n1,2,0\n' > points.csv
expect 2 'expected a config (.pbtxt), which names the data' train points.csv
for program in evaluate describe; do expect 3 'empty holds no run' $program empty; done
expect 3 'nowhere holds no run' evaluate nowhere
expect 3 'holds no run' predict empty --data=points.csv --output=x.csv

expect 3 'cannot read' predict $run --data=missing.csv --output=x.csv
expect 2 'points.csv: has 3 columns, the model takes 2' predict $run --data=points.csv \
  --output=x.csv
printf '1\n' > narrow.csv
expect 3 'narrow.csv: an example has 1 values, the model takes 2' predict $run --data=narrow.csv \
  --output=x.csv
printf '1,2\n3,x\n' > letters.csv
expect 3 'letters.csv:2:3: ' predict $run --data=letters.csv --output=x.csv
expect_true test ! -e x.csv
printf '1,2\n' > right.csv
expect 3 'cannot write /proc/x.csv' predict $run --data=right.csv --output=/proc/x.csv --threads=1
expect 3 'cannot write /proc/x.json' evaluate $run --json=/proc/x.json --threads=1
expect 3 '/proc/x' train "${moons[@]}" --output_dir=/proc/x

expect 3 'is of another model: "encoder/1/W" is [2, 100], wanted is [2, 51]' evaluate $run \
  '--set=model.layers[0].fully_connected.units=51'
cp -r $run unfinished && rm unfinished/checkpoints/*/done
expect 3 'no complete checkpoint' evaluate unfinished
cp -r $run truncated && truncate -s 1000 truncated/checkpoints/*/model.safetensors
expect 3 'model.safetensors' evaluate truncated
cp -r $run garbled && echo 'colour: 1' > garbled/config.pbtxt
expect 2 'config.pbtxt:1:' evaluate garbled

# The state of a checkpoint, or of a model, that cannot be.
flip() {  # flip FILE: changes its last byte
  local last
  last=$(tail -c 1 "$1" | od -An -tu1)
  truncate -s -1 "$1"
  printf "\\x$(printf %x $((last ^ 1)))" >> "$1"
}
cp -r $run flipped && flip flipped/checkpoints/step_30/model.safetensors
expect 3 'flipped/checkpoints/step_30/model.safetensors: is not what was saved' evaluate flipped
cp -r $run shapeless && echo 'example_shape: -3' > shapeless/checkpoints/step_30/state.pbtxt
expect 3 'shapeless/checkpoints/step_30/state.pbtxt does not say' evaluate shapeless

# ---- The world around: 3 ---------------------------------------------------------------------------

# run_in CODE TEXT COMMAND: as expect, of a shell command line, which says where what is printed goes.
run_in() {
  local code=$1 text=$2 got
  rm -f stdout stderr
  touch stdout stderr
  bash -c "$3"
  got=$?
  if [[ $got != "$code" ]] || ! grep -qF -- "$text" stdout stderr; then
    fail "$3: expected exit code $code and: $text; got $got and:"$'\n'"$(cat stdout stderr)"
  fi
}
export tools run
for where in '> /dev/full' '>&-'; do
  for command in "evaluate $run" "compare $run" "describe $run" 'train --help' \
    "train configs/two_moons.pbtxt --set=training.num_epochs=1 --output_dir=unread${#where}"; do
    run_in 3 'cannot write the output: ' "\$tools/$command 2> stderr $where"
    expect_true test "$(grep -c 'cannot write' stderr)" = 1
  done
done
# What is printed goes into no file that is opened in the place of stderr.
run_in 0 '' "\$tools/train configs/two_moons.pbtxt --set=training.num_epochs=2 --output_dir=quiet \
  > stdout 2>&- <&-"
expect_true test "$(grep -vc '^{"step":' quiet/metrics.jsonl)" = 0
# Who reads the progress may go.
run_in 0 '' "{ \$tools/train configs/two_moons.pbtxt --set=training.num_epochs=20 \
  --output_dir=piped 2>&1 > stdout; echo \$? > code; } | head -n 1 > /dev/null; exit \$(cat code)"
# A link that leads nowhere stays one.
ln -s led_to link
expect 0 'of 200)' evaluate $run --json=link
expect_true test -L link -a -f led_to

# Counting takes neither the time nor the memory of a model.
expect 0 '900,030,000' \
  describe configs/digits_100.pbtxt --threads=1 '--set=model.layers[0].fully_connected.units=30000' \
  '--set=model.layers[1].fully_connected.units=30000'

# Not with a sanitizer, which takes all addresses there are.
if (ulimit -v 300000 && "$tools/train" --version) > /dev/null 2>&1; then
  run_in 3 'out of memory' "ulimit -v 300000; \$tools/train configs/two_moons.pbtxt --threads=1 \
    --set=data.two_moons.num_training=10000000 --output_dir=memory > stdout 2> stderr"
  expect_true test "$(wc -l < stderr)" = 1
  run_in 3 'cannot start thread' "ulimit -v 400000; \$tools/train configs/two_moons.pbtxt \
    --threads=256 --output_dir=threads > stdout 2> stderr"
  expect_true test "$(wc -l < stderr)" = 1
  run_in 3 '/dev/zero: it is larger than 64 MiB' "ulimit -v 1000000; \$tools/describe /dev/zero \
    > stdout 2> stderr"
fi
run_in 3 '' "mkdir gone && cd gone && rmdir ../gone && \$tools/train two_moons.pbtxt > ../stdout \
  2> ../stderr"
expect_true test "$(wc -l < stderr)" = 1

# What a run leaves that ends before its config is written is taken over.
for name in begun begun_resumed begun_seeds/seed_1; do
  mkdir -p $name/checkpoints
  cp $run/{run.json,command.txt} $name/
  touch $name/{config.pbtxt.tmp7,lock}
done
expect 0 'run: begun' train "${moons[@]}" --output_dir=begun
expect 0 'run: begun_resumed' train "${moons[@]}" --output_dir=begun_resumed --resume
expect 0 'training 2 of 2 runs' train "${moons[@]}" --seeds=1..2 --output_dir=begun_seeds --resume
expect_true cmp begun/evaluation.json begun_resumed/evaluation.json
expect_true cmp begun/evaluation.json begun_seeds/seed_1/evaluation.json
expect_true test ! -e begun/config.pbtxt.tmp7

# One training at a time; and what it says when it is interrupted works as it is, quotes and all.
odd="an odd 'name'"
forever=(configs/two_moons.pbtxt --threads=1 --set=training.num_epochs=1000)
start() {  # start SIGNAL...: trains, sends the signals when it is under way, and waits
  "$tools/train" "${forever[@]}" --output_dir "$odd" "${@:2}" > stdout 2> stderr &
  local pid=$! signal
  wait_for_epoch "$odd" $pid
  expect_second $pid
  for signal in $1; do kill -"$signal" $pid; done
  wait $pid
}
expect_second() {
  local second
  second=$("$tools/train" "${forever[@]}" --output_dir="$odd" --resume 2>&1)
  [[ $? == 3 && $second == *"lock: process $1 is training in this folder"* ]] ||
    fail "a second training: $second"
}
start 'TERM TERM'
expect_true test $? = 130
expect_true test "$(cat "$odd"/checkpoints/step_*/done | wc -l)" -ge 3
resume=$(sed -n 's/.*; to continue: //p' stderr)
mkdir "$odd/checkpoints/step_7"
echo 'an old failure' > "$odd/failure.txt"
bash -c "exec $resume" > stdout 2> stderr &
until [[ ! -e $odd/failure.txt ]] || ! kill -0 $! 2> /dev/null; do :; done
sleep 0.1
kill -HUP $!
wait $!
expect_true test $? = 130
expect_true test ! -e "$odd/checkpoints/step_7"
expect_true test "$(sed -n 's/.*; to continue: //p' stderr)" = "$resume"

# Four that start at once have a folder each.
cp configs/two_moons.pbtxt at_once.pbtxt
for _ in 1 2 3 4; do
  "$tools/train" at_once.pbtxt --threads=1 --set=training.num_epochs=2 > /dev/null 2>&1 &
  pids+=($!)
done
for pid in "${pids[@]}"; do expect_true wait "$pid"; done
expect_true test "$(echo runs/at_once*/evaluation.json | wc -w)" = 4
expect 3 'cannot read' train at_once.pbtxt '--set=data.csv={training: "nowhere.csv"}'
expect_true test ! -e runs/at_once-5

# A limit on files, as a full disk, is no divergence.
run_in 3 'File too large' "trap '' XFSZ; ulimit -f 4; \$tools/train configs/two_moons.pbtxt \
  --threads=1 --set=training.num_epochs=1 --output_dir=full > stdout 2> stderr"
expect_true test ! -e full/failure.txt

[[ $failures == 0 ]] || { echo "$failures failed"; exit 1; }
echo "all passed"

#!/bin/bash
# What a person does with a table of their own: trains on few labels, evaluates, predicts, chooses.
source tests/system/tools.sh || exit 1

# ---- A table with few labels ---------------------------------------------------------------------

short=(--threads=1 --set=training.num_steps=30)
expect 0 'test error' train configs/table.pbtxt "${short[@]}" --output_dir=iris
expect_true grep -qF 'labels    3 classes: setosa 5, versicolor 5, virginica 5' stderr
expect_true grep -qF 'rows      15 labeled, 105 unlabeled' stderr
expect_true grep -qF 'inputs    standardized' stderr
expect 0 'versicolor' evaluate iris --threads=1 --json=test.json
expect_true grep -qF '"majority_error"' test.json
expect_true grep -qF '"copy_cost"' test.json
expect 0 'of 120 training rows, the 15 that have a label, of which 15 showed it' \
  evaluate iris --threads=1 --part=training

# The run alone predicts, wherever it is, from a file, from the standard input, in any order of
# columns, with or without labels.
mv iris moved && mkdir away && mv configs examples away
expect 0 'predictions for 30 rows' predict moved --threads=1 --data=away/examples/iris_test.csv \
  --output=labeled.csv
expect_true grep -qF 'error' stdout
expect_true grep -qx 'row,label,probability_setosa,probability_versicolor,probability_virginica' \
  <(head -n 1 labeled.csv)
expect_true test "$(wc -l < labeled.csv)" = 31
cut -d, -f1-4 away/examples/iris_test.csv > plain.csv
expect 0 'predictions for 30 rows' predict moved --threads=1 --data=plain.csv --output=plain_out.csv
expect_true cmp labeled.csv plain_out.csv
awk -F, -v OFS=, '{ print "x" NR, $4, $3, $2, $1 }' plain.csv | sed '1s/x1/extra/' > other_order.csv
expect 0 '' predict moved --threads=1 --data=other_order.csv --output=other_out.csv
expect_true cmp labeled.csv other_out.csv
gzip -c plain.csv > packed
expect 0 '' predict moved --threads=1 --data=packed --output=packed_out.csv
expect_true cmp labeled.csv packed_out.csv
"$tools/predict" moved --threads=1 --data=- --output=- < plain.csv > piped.csv 2> stderr ||
  fail "predict --data=-: $(cat stderr)"
expect_true cmp labeled.csv piped.csv
expect 2 'is --data: it would be lost' predict moved --data=plain.csv --output=./plain.csv
expect_true test "$(wc -l < plain.csv)" = 31
cut -d, -f1-3 plain.csv > missing.csv
expect 3 'petal_width' predict moved --data=missing.csv --output=x.csv
tail -n +2 plain.csv > headless.csv
expect 3 'expected a line of column names' predict moved --data=headless.csv --output=x.csv
expect_true test ! -e x.csv
expect 0 '15 labeled' describe moved --threads=1
mv away/configs away/examples . && mv moved iris

# What it was trained on is said to be that.
expect 0 'these are the rows that the run was trained on' predict iris --threads=1 \
  --data=examples/iris.csv --output=training.csv
tail -n +2 examples/iris.csv | tac | cat <(head -n 1 examples/iris.csv) - > reversed.csv
expect 0 'predictions for' predict iris --threads=1 --data=reversed.csv --output=training.csv
expect_true test "$(grep -c 'was trained on' stderr stdout | grep -c ':0$')" = 2

# Other units are noticed.
awk -F, -v OFS=, 'NR > 1 { $3 *= 10 } 1' plain.csv > millimeters.csv
expect 0 'warning: petal_length of 21 of 30 rows is more than 10 deviations' predict iris \
  --threads=1 --data=millimeters.csv --output=millimeters_out.csv

# Numbers and flags, with some of their labels, and without any.
awk 'BEGIN { print "a,b,price,round"
  for (i = 0; i < 90; ++i) print sin(i) "," cos(3 * i) "," (i % 2 ? "" : 1e6 + 1000 * sin(i)) "," \
    (i % 3 ? "" : (sin(i) > 0 ? 1 : 0)) }' > things.csv
cut -d, -f1,2 things.csv > plain_things.csv
for target in NUMBERS LABELS; do
  column=price
  [[ $target == NUMBERS ]] || column=round
  expect 0 'validation' train configs/table.pbtxt "${short[@]}" --output_dir=$target \
    --set=model.target=$target "--set=data={table{training: 'things.csv' label_column: '$column'
      ignore_columns: '$([[ $column == price ]] && echo round || echo price)'} validation_fraction: 0.2}"
  expect 0 'predictions for 90 rows' predict $target --threads=1 --data=things.csv --output=a.csv
  expect 0 'predictions for 90 rows' predict $target --threads=1 --data=plain_things.csv \
    --output=b.csv
  expect_true cmp a.csv b.csv
  expect_true grep -q "^row,$column" a.csv
done

# ---- Choosing ------------------------------------------------------------------------------------

expect 0 'validation' train configs/table.pbtxt "${short[@]}" --folds=3 --jobs=2 --output_dir=folds
expect_true test -e folds/fold_0/validation.json -a -e folds/fold_2/finished.txt
expect_true grep -qE '^ +1 +2 +[0-9.]+ ' stdout
expect 0 'validation' compare folds
expect 0 'training 3 of 3 runs' train configs/table.pbtxt --threads=1 --folds=3 --jobs=2 \
  --output_dir=folds --resume --set=training.num_steps=60
expect 0 'training 0 of 3 runs' train configs/table.pbtxt --threads=1 --folds=3 --jobs=2 \
  --output_dir=folds --resume --set=training.num_steps=60
expect 2 '--folds must be from 2' train configs/table.pbtxt --folds=1
expect 2 'table.pbtxt: --folds sets rows aside for validation, and excludes data.num_validation' \
  train configs/table.pbtxt --folds=3 --set=data.num_validation=3

validated=("${short[@]}" --set=data.validation_fraction=0.4 '--set=data.table={training:
  "examples/iris.csv" label_column: "species"}')
expect 0 'validation error' train configs/table.pbtxt "${validated[@]}" --output_dir=no_test
expect_true test ! -e no_test/evaluation.json
expect 0 'of 6)' evaluate no_test --threads=1
expect 0 'finished' train configs/table.pbtxt "${validated[@]}" --seeds=1..2 --output_dir=seeds
expect 2 'none is for validation' train configs/table.pbtxt "${short[@]}" \
  --set=data.validation_fraction=0.01

# ---- Going on ------------------------------------------------------------------------------------

expect 2 'is a run: train --resume RUN goes on with it' train iris
expect 0 'test error' train --resume iris --threads=1
expect 0 'the time is up; to continue: ' train configs/table.pbtxt "${short[@]}" \
  --set=deployment.max_seconds=1e-9 --output_dir=stopped
expect 0 'test error' train --resume stopped --threads=1 --set=deployment.max_seconds=1000
expect_true cmp stopped/evaluation.json iris/evaluation.json
"$tools/train" configs/table.pbtxt --threads=1 --output_dir=more > stdout 2> stderr &
wait_for_epoch more $!
kill -TERM $!
wait $!
expect_true test $? = 130
expect 0 'test error' train --resume more --threads=1
expect_true test ! -e more/failure.txt
expect 2 'had another config: modified: model.layers[2].noise_stddev: 0.3 -> 3' train --resume more \
  '--set=model.layers[2].noise_stddev=3'
expect 0 'starting anew: encoder/3/' train configs/table.pbtxt "${short[@]}" --output_dir=second \
  --set=training.init_from=iris '--set=training.init_except[0]=encoder/3/'
sed -i '2s/6/7/' examples/iris.csv
expect 3 'the training data has changed since' train --resume iris
expect 3 'the training data has changed since' evaluate iris --part=training

# ---- What is odd ---------------------------------------------------------------------------------

printf 'size,kind\n1000,a\n2000,b\n1100,a\n2100,b\n1200,\n' > scale.csv
expect 0 'warning: size has mean 1480 and deviation' train configs/table.pbtxt "${short[@]}" \
  --output_dir=scale \
  '--set=data={table{training:"scale.csv"} standardization{method: NONE}}'
printf '1,2O,0\n3,4,1\n' > typo.csv
expect 3 'typo.csv:1:3: got 2O' train configs/table.pbtxt '--set=data={csv{training:"typo.csv"}}'
expect 2 'training.prior_correction is for a model.target of CLASS' train configs/table.pbtxt \
  --set=model.target=NUMBERS --set=training.prior_correction=true

[[ $failures == 0 ]] || { echo "$failures failed"; exit 1; }
echo "all passed"

#ifndef LADDER_TRAINING_SCHEDULE_H_
#define LADDER_TRAINING_SCHEDULE_H_

namespace ladder {

// The learning rate of epoch number `epoch` (from 1) out of num_epochs: constant, then linear to 0.
//
//   decay_start = num_epochs * decay_start_fraction, not rounded
//   initial                                                          while epoch <= decay_start + 1
//   initial (num_epochs - (epoch - 1)) / (num_epochs - decay_start)  after
//
// What counts is the number of epochs that are done, epoch - 1, as in the code of Rasmus et al.
// 2015. With 150 epochs and a fraction of 0.67 that is the initial rate in epochs 1 to 101, 0.9899
// of it in epoch 102 and 0.0202 in epoch 150.
//
// num_epochs >= 1, 1 <= epoch <= num_epochs, decay_start_fraction in [0, 1]; 1 means no decay.
double LinearDecay(double initial, int num_epochs, double decay_start_fraction, int epoch);

}  // namespace ladder

#endif  // LADDER_TRAINING_SCHEDULE_H_

#pragma once
#include <string>

#include "learning/training/run_trial.h"

namespace nero_bench {

// Two epochs of three steps each: 40 synthetic images in batches of 16 through a perceptron of three layers, by plain
// gradient descent at rate 0.01.
TrialSpec small_spec();

// The same with other optimiser options, or with `value` at `pointer` ("/data/side") of the task.
TrialSpec with_optimiser(TrialSpec spec, const Json& optimiser);
TrialSpec with_task(TrialSpec spec, const std::string& pointer, const Json& value);

// Trains it on the CPU with one thread.
TrialRecord run(const TrialSpec& spec, const TrialMonitor& monitor = {});

// What prepare_trial() complains about; empty if it does not.
std::string complaint_about(const TrialSpec& spec, const SpecOrigin& origin = {});

}  // namespace nero_bench

#pragma once
#include <string>
#include <vector>

#include "base/json.h"

namespace nero_bench {

// The path of the program that trains on `device`: nero-trial-cuda beside us where CUDA is asked for, or left to us and
// there is an NVIDIA driver; otherwise nero-trial. Throws ConfigError where it was not built.
std::string find_trial_program(const std::string& device);

// Whether nero-trial was built: without it the harness still plans and compares, but cannot check components.
bool has_trial_program();

bool has_nvidia_driver();

// Runs it with `arguments` and parses what it prints. What it complains about becomes our own error, with the same exit
// code.
Json ask_trial_program(const std::string& program, const std::vector<std::string>& arguments,
                       const std::string& input = "");

// The text of what the program said on stderr, without its "error: ".
std::string message_of(const std::string& errors);

// Whether the status is that of a program whose shared libraries could not be loaded.
bool could_not_start(int status);

// ConfigError, DataError or StoreError for the exit statuses that mean that no trial of this kind can run; returns
// otherwise.
void throw_if_hopeless(int status, const std::string& message);

}  // namespace nero_bench

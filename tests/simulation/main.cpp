// Prints how often a check gives a false alarm, and finds a drop of two standard deviations over seeds.
//
// usage: simulate_check [DRAWS [VALUE…]]    the values of real seeds, to draw from instead of a normal distribution

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "simulation/simulate_check.h"

int main(int argc, char** argv) {
  using nero_bench::Simulation;
  const std::int64_t draws = argc > 1 ? std::atoll(argv[1]) : 20'000;
  std::vector<double> values;
  for (int i = 2; i < argc; ++i) values.push_back(std::atof(argv[i]));
  std::printf("ours  theirs  numbers  lowered   regression called   lowered found   others reproduced\n");
  const auto line = [&](std::int64_t ours, std::int64_t theirs, std::int64_t numbers, std::int64_t lowered) {
    if (!values.empty() && ours + theirs > static_cast<std::int64_t>(values.size())) return;
    Simulation simulation{.draws = draws, .seeds = ours, .reference_seeds = theirs, .numbers = numbers};
    simulation.lowered = lowered;
    simulation.values = values;
    const auto rates = nero_bench::simulate(simulation);
    std::printf("%4lld  %6lld  %7lld  %7lld   %17.4f   %13.4f   %17.4f\n", static_cast<long long>(ours),
                static_cast<long long>(theirs), static_cast<long long>(numbers), static_cast<long long>(lowered),
                rates.regression, rates.lowered_found, rates.reproduced);
    std::fflush(stdout);  // some lines take a minute
  };
  const std::vector<std::pair<int, int>> sizes{{1, 3}, {1, 10}, {2, 10},  {3, 3},  {3, 10},
                                               {5, 5}, {10, 3}, {10, 10}, {10, 20}};
  for (const auto& [ours, theirs] : sizes) {
    for (const int numbers : {1, 5, 10}) {
      line(ours, theirs, numbers, 0);
      line(ours, theirs, numbers, 1);
    }
  }
}

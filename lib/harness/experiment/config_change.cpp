#include "harness/experiment/config_change.h"

#include <cctype>

#include "base/text.h"
#include "harness/experiment/cells.h"

namespace nero_bench {
namespace {

// "/optimisers/0/beta1" → "optimisers[0].beta1"
std::string readable(const Json::json_pointer& pointer) {
  std::string path;
  for (auto rest = pointer; !rest.empty(); rest.pop_back()) {
    const auto& part = rest.back();
    const bool is_index = !part.empty() && std::isdigit(static_cast<unsigned char>(part.front())) != 0;
    path = (is_index ? "[" + part + "]" : "." + part) + path;
  }
  return path.empty() ? path : path.substr(1);
}

std::string shown(const Json& json, const Json::json_pointer& place) {
  constexpr std::size_t kLongest = 60;
  if (!json.contains(place)) return "nothing";
  return shortened(json.at(place).dump(-1, ' ', false, Json::error_handler_t::replace), kLongest);
}

// Nor what says only where trials run.
Json without_words(const ExperimentConfig& config) {
  Json json = to_json(config);
  json.erase("description");
  json.erase("paper");
  json.erase("slurm");
  return json;
}

}  // namespace

std::vector<ConfigDifference> differences(const ExperimentConfig& before, const ExperimentConfig& now) {
  const auto left = without_words(before);
  const auto right = without_words(now);
  std::vector<ConfigDifference> found;
  const Json patch = Json::diff(left, right);
  for (const auto& step : patch) {
    auto place = Json::json_pointer(step.at("path").get<std::string>());
    if (place.back() == "-") place = place.parent_pointer();  // an element added to the end of a list
    found.push_back({readable(place), shown(left, place), shown(right, place)});
  }
  return found;
}

std::set<std::string> trials_given_up(const ExperimentConfig& before, const ExperimentConfig& now,
                                      const std::set<std::string>& trials) {
  const auto known_before = trial_ids(before);
  const auto known_now = trial_ids(now);
  std::set<std::string> given_up;
  for (const auto& trial : trials) {
    if (known_before.contains(trial) && !known_now.contains(trial)) given_up.insert(trial);
  }
  return given_up;
}

}  // namespace nero_bench

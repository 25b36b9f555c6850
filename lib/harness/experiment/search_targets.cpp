#include "harness/experiment/search_targets.h"

#include <fmt/format.h>

#include <string_view>

#include "base/decimal.h"
#include "base/errors.h"
#include "base/text.h"

namespace nero_bench {
namespace {

constexpr std::string_view kComplement = "one_minus_";
const std::string kRate = "learning_rate";

// Hyper-parameters of AlgoPerf's submissions that have one meaning in all of them.
const std::map<std::string, std::string, std::less<>>& known_names() {
  static const std::map<std::string, std::string, std::less<>> names{
      {"learning_rate", kRate},
      {"beta1", "optimiser.beta1"},
      {"beta_1", "optimiser.beta1"},
      {"beta2", "optimiser.beta2"},
      {"beta_2", "optimiser.beta2"},
      {"epsilon", "optimiser.epsilon"},
      {"momentum", "optimiser.momentum"},
      {"weight_decay", "optimiser.weight_decay"},
      {"grad_clip", "optimiser.clip_norm"},
      {"warmup_factor", "schedule.warmup"}};  // the part of the budget that is warm-up
  return names;
}

[[noreturn]] void refuse(const SearchSpace& space, const std::string& name, const std::string& why) {
  const auto place = space.path + (space.points.empty() ? "" : "[0]");
  const auto path = place.empty() ? name : place + "." + name;
  throw ConfigError(fmt::format("{}: at {}: {}", space.source, shortened(path, 200), why));
}

std::string path_of(const SearchSpace& space, const std::string& name, const Names& names, const std::string& config) {
  if (const auto said = names.find(name); said != names.end())
    return said->second.is_null() ? "" : said->second.get<std::string>();
  const bool complement = name.starts_with(kComplement);
  const auto plain = complement ? name.substr(kComplement.size()) : name;
  if (plain.find('.') != std::string::npos) return plain;
  if (const auto known = known_names().find(plain); known != known_names().end()) return known->second;
  std::vector<std::string> all;
  for (const auto& [known, path] : known_names()) all.push_back(known);
  refuse(space, name,
         fmt::format("expected the path of an option, such as \"optimiser.weight_decay\", or a name that is known here "
                     "({}), found {}; say in {} what it sets with \"names\": {{\"{}\": \"optimiser.…\"}} beside the "
                     "\"space\", or null to leave it out",
                     quoted_list(all), shortened(Json(name).dump(-1, ' ', false, Json::error_handler_t::replace), 60),
                     config, shortened(printable(name), 60)));
}

void check_path(const SearchSpace& space, const std::string& name, const std::string& path) {
  if (path.empty() || path == kRate) return;
  if (!is_component_path(path) || path.starts_with("budget.")) {
    refuse(
        space, name,
        "expected learning_rate or a path of 2 to 16 elements that begins with task., optimiser. or schedule., found " +
            shortened(printable(path), 60) + "; write it as in \"optimiser.weight_decay\"");
  }
  if (path == "task.name" || path == "optimiser.name" || path == "schedule.name" || path == "optimiser." + kRate)
    refuse(space, name,
           "expected the path of an option, found " + path +
               "; a search varies options, components are "
               "varied by \"axes\"");
}

// All values that the hyper-parameter may take, or the ends of its range.
std::vector<Json> extremes(const SearchSpace& space, const std::string& name) {
  std::vector<Json> values;
  for (const auto& point : space.points) values.push_back(point.at(name));
  for (const auto& dimension : space.dimensions) {
    if (dimension.name != name) continue;
    if (!dimension.feasible_points.empty()) return dimension.feasible_points;
    values = {dimension.minimum, dimension.maximum};
  }
  return values;
}

void check_values(const SearchSpace& space, const std::string& name, const Target& target) {
  for (const auto& value : extremes(space, name)) {
    const auto found = ", found " + shortened(value.dump(-1, ' ', false, Json::error_handler_t::replace), 60);
    if (target.complement && !value.is_number())
      refuse(space, name, "expected a number, to be taken from one" + found + "; correct it");
    const bool is_rate = value.is_number() && (target.complement ? 1 - value.get<double>() : value.get<double>()) > 0;
    if (target.path == kRate && !is_rate) refuse(space, name, "expected learning rates > 0" + found + "; correct it");
  }
}

// Of two paths one of which is the other or lies in it, the later would undo the earlier.
void check_apart(const SearchSpace& space, const std::map<std::string, Target>& targets) {
  for (const auto& [name, target] : targets) {
    for (const auto& [other, other_target] : targets) {
      if (name == other || target.path.empty() || other_target.path.empty()) continue;
      if ((target.path + ".").starts_with(other_target.path + "."))
        refuse(space, name,
               fmt::format("expected hyper-parameters that set different options, found {} here and {} "
                           "by {}; leave one out with \"names\": {{\"{}\": null}}",
                           target.path, other_target.path, other, name));
    }
  }
}

}  // namespace

std::map<std::string, Target> targets_of(const SearchSpace& space, const Names& names, const std::string& config) {
  std::map<std::string, Target> targets;
  bool has_rate = false;
  for (const auto& name : space.names()) {
    const Target target{path_of(space, name, names, config), name.starts_with(kComplement)};
    check_path(space, name, target.path);
    check_values(space, name, target);
    has_rate = has_rate || target.path == kRate;
    targets.emplace(name, target);
  }
  check_apart(space, targets);
  if (!has_rate)
    refuse(space, kRate,
           R"(expected the learning rate, found nothing; add "learning_rate": {"min": 1e-4, "max": 1, )"
           R"("scaling": "log"}, or {"feasible_points": [0.01]} for one rate)");
  return targets;
}

Candidate candidate_at(const Json& values, const std::map<std::string, Target>& targets) {
  constexpr int kDigits = 15;  // hides the error of the difference
  Candidate candidate;
  for (const auto& [name, target] : targets) {
    if (target.path.empty()) continue;
    const Json& value = values.at(name);
    Json set = target.complement ? Json(rounded(1 - value.get<double>(), kDigits)) : value;
    if (target.path == kRate) {
      candidate.learning_rate = set.get<double>();
    } else {
      candidate.settings.push_back({target.path, std::move(set)});
    }
  }
  return candidate;
}

}  // namespace nero_bench

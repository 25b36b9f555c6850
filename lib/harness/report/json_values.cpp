#include "harness/report/json_values.h"

namespace nero_bench {

Json to_json(const StatusCounts& counts) {
  return {{"completed", counts.completed}, {"diverged", counts.diverged},
          {"timed_out", counts.timed_out}, {"out_of_memory", counts.out_of_memory},
          {"failed", counts.failed},       {"interrupted", counts.interrupted},
          {"missing", counts.missing}};
}

Json to_json(const Sample& sample) {
  return {{"n", sample.count},
          {"mean", number_to_json(sample.mean)},
          {"standard_deviation", number_to_json(sample.deviation)}};
}

Json to_json(const std::vector<Setting>& settings) {
  Json json = Json::object();
  for (const auto& setting : settings) json[setting.path] = setting.value;
  return json;
}

std::string edge_name(GridEdge edge) {
  return edge == GridEdge::kInside ? "inside" : edge == GridEdge::kSmallest ? "smallest" : "largest";
}

std::string dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

std::string json_lines(const std::vector<Json>& rows) {
  std::string text;
  for (const auto& row : rows) text += dump(row) + "\n";
  return text;
}

}  // namespace nero_bench

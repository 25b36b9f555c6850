#include "harness/experiment/shard.h"

#include <algorithm>
#include <numeric>
#include <regex>

#include "base/errors.h"

namespace nero_bench {
namespace {

constexpr int kMostShards = 100'000;

std::size_t trials_in(const Cell& cell) {
  return cell.candidates.size() * cell.search_seeds.size() + cell.repeat_seeds.size();
}

}  // namespace

Shard parse_shard(const std::string& text) {
  static const std::regex form("([0-9]{1,6})/([0-9]{1,6})");
  std::smatch parts;
  if (std::regex_match(text, parts, form)) {
    const Shard shard{std::stoi(parts[1]), std::stoi(parts[2])};
    if (1 <= shard.index && shard.index <= shard.count && shard.count <= kMostShards) return shard;
  }
  throw ConfigError("--shard: expected I/N with 1 <= I <= N, such as 2/3 for the second of three parts, found " +
                    Json(text).dump(-1, ' ', false, Json::error_handler_t::replace));
}

std::vector<Cell> cells_of(const Shard& shard, std::vector<Cell> cells) {
  std::vector<std::size_t> by_size(cells.size());
  std::iota(by_size.begin(), by_size.end(), 0);
  std::stable_sort(by_size.begin(), by_size.end(),
                   [&](std::size_t a, std::size_t b) { return trials_in(cells[a]) > trials_in(cells[b]); });
  std::vector<std::size_t> trials_of_part(static_cast<std::size_t>(shard.count));
  std::vector<bool> is_ours(cells.size());
  for (const auto i : by_size) {
    const auto least = std::min_element(trials_of_part.begin(), trials_of_part.end());
    *least += trials_in(cells[i]);
    is_ours[i] = least - trials_of_part.begin() == shard.index - 1;
  }
  std::vector<Cell> ours;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (is_ours[i]) ours.push_back(std::move(cells[i]));
  }
  return ours;
}

}  // namespace nero_bench

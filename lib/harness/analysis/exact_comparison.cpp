#include "harness/analysis/exact_comparison.h"

#include <map>

namespace nero_bench {
namespace {

std::string text(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Difference at(const std::string& path, const Json* left, const Json* right) {
  return {"", path, left == nullptr ? "" : text(*left), right == nullptr ? "" : text(*right)};
}

bool first_difference(const Json& left, const Json& right, const std::string& path, Difference& found);

bool first_in_objects(const Json& left, const Json& right, const std::string& path, Difference& found) {
  Json keys = left;
  keys.update(right);  // every key of either, sorted
  for (const auto& item : keys.items()) {
    const auto inner = path.empty() ? item.key() : path + "." + item.key();
    const auto a = left.find(item.key());
    const auto b = right.find(item.key());
    if (a != left.end() && b != right.end()) {
      if (first_difference(*a, *b, inner, found)) return true;
    } else {
      found = at(inner, a == left.end() ? nullptr : &*a, b == right.end() ? nullptr : &*b);
      return true;
    }
  }
  return false;
}

bool first_in_arrays(const Json& left, const Json& right, const std::string& path, Difference& found) {
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const auto inner = path + "[" + std::to_string(i) + "]";
    if (i >= left.size() || i >= right.size()) {
      found = at(inner, i < left.size() ? &left[i] : nullptr, i < right.size() ? &right[i] : nullptr);
      return true;
    }
    if (first_difference(left[i], right[i], inner, found)) return true;
  }
  return false;
}

bool first_difference(const Json& left, const Json& right, const std::string& path, Difference& found) {
  if (left == right) return false;
  if (left.is_object() && right.is_object()) return first_in_objects(left, right, path, found);
  if (left.is_array() && right.is_array()) return first_in_arrays(left, right, path, found);
  found = at(path, &left, &right);
  return true;
}

// What follows from the curve would only be named before the point of the curve that differs.
Json compared_part(const TrialRecord& record) {
  Json part = reproducible_part(record);
  part.erase("best_metrics");
  return part;
}

}  // namespace

std::vector<Difference> exact_comparison(std::span<const TrialRecord> left, std::span<const TrialRecord> right) {
  std::map<std::string, std::pair<const TrialRecord*, const TrialRecord*>> pairs;
  for (const auto& record : left) pairs[record.id()].first = &record;
  for (const auto& record : right) pairs[record.id()].second = &record;
  std::vector<Difference> differences;
  for (const auto& [id, pair] : pairs) {
    Difference difference;
    if (pair.first == nullptr || pair.second == nullptr) {
      difference.left = pair.first == nullptr ? "" : "present";
      difference.right = pair.second == nullptr ? "" : "present";
    } else if (!first_difference(compared_part(*pair.first), compared_part(*pair.second), "", difference)) {
      continue;
    }
    difference.id = id;
    differences.push_back(std::move(difference));
  }
  return differences;
}

}  // namespace nero_bench

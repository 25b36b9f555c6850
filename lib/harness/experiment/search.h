#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/candidate.h"
#include "harness/experiment/search_space.h"
#include "harness/experiment/search_targets.h"

namespace nero_bench {

enum class Design { kRandom, kHalton };

// A space, and what its hyper-parameters set.
struct NamedSpace {
  std::optional<SearchSpace> space;  // of an optimiser: none where it searches the experiment's
  Names names;
};

// A search by design in place of a grid of rates: in each of `studies` independent studies, `points` candidates are
// drawn from a space. As in AlgoPerf's protocol, the best of each study is chosen and repeated on its own.
struct Search {
  Design design = Design::kHalton;
  std::int64_t points = 1;
  std::int64_t studies = 1;
  std::int64_t seed = 0;
  NamedSpace space;  // of every optimiser that has none of its own
};

// Study number s, from 0, takes s · kSeedsApart more than the protocol's seeds.
inline constexpr std::int64_t kSeedsApart = 1000;

// Reads the experiment's {"design", "points", "studies", "seed", "space", "names"}, and an optimiser's {"space",
// "names"}. A file is looked for relative to `folder`. Throws ConfigError.
Search parse_search(JsonReader json, const std::filesystem::path& folder);
NamedSpace parse_named_space(JsonReader json, const std::filesystem::path& folder);

// As they are read.
Json to_json(const Search& search);
Json to_json(const NamedSpace& space);

// What an optimiser searches that has `own`: its own space or else the experiment's, its own names before the
// experiment's. Throws ConfigError if there is no space, if one of its own names is in none, or if a list has fewer
// points than the search; `path` is where the optimiser stands, for messages.
NamedSpace searched_space(const Search& search, const NamedSpace& own, const std::string& config,
                          const std::string& path);

// The candidates of a study: a function of (design, points, seed, study, space) and `names` alone, so that optimisers
// with the same space are tried at the same points. Hyper-parameters of one value take no dimension of the design; a
// list gives its first points to every study.
std::vector<Candidate> candidates_of(const Search& search, const NamedSpace& searched, std::int64_t study,
                                     const std::string& config);

}  // namespace nero_bench

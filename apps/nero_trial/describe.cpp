#include <filesystem>
#include <iostream>

#include "base/errors.h"
#include "commands.h"
#include "learning/data/data_cache.h"
#include "learning/data/data_folders.h"
#include "learning/data/idx_images.h"
#include "learning/models/model.h"
#include "learning/optimisers/optimisers.h"
#include "learning/schedules/schedule.h"
#include "learning/tasks/task.h"
#include "learning/training/environment.h"

namespace nero_bench {
namespace {

// Whether all its files are there and whole is seen when it is loaded.
Json folder_of(const std::string& set, const DataLocations& locations) {
  for (const auto& folder : candidate_folders(locations, set)) {
    std::error_code ignored;
    if (std::filesystem::is_directory(folder, ignored)) return folder;
  }
  return nullptr;
}

}  // namespace

int describe_components() {
  const Json components{{"optimisers", optimisers().describe()},
                        {"schedules", schedules().describe()},
                        {"tasks", tasks().describe()},
                        {"models", models().describe()},
                        {"data_sets", image_data_sets().describe()}};
  std::cout << components.dump(2) << std::endl;
  return static_cast<int>(ExitCode::kDone);
}

int describe_machine(const TrialProgramOptions& options) {
  const auto device = open_device(options.device.value_or("auto"));
  fix_arithmetic(options.threads);
  Json machine(describe_environment(*device));
  for (const auto* set : {&mnist(), &fashion_mnist()}) {
    try {
      machine["data_sets"][set->name] = idx_images_folder(*set, {options.data_dir});
    } catch (const DataError& error) {
      machine["data_sets"][set->name] = nullptr;
    }
  }
  machine["data_sets"]["cifar10"] = folder_of("cifar10", {options.data_dir});
  const auto cache = data_cache_folder({options.data_dir, options.cache_dir});
  machine["data_cache"] = cache.empty() ? "none" : cache;
  machine["data_cache_bytes"] = data_cache_bytes(cache);
  std::cout << machine.dump(2) << std::endl;
  return static_cast<int>(ExitCode::kDone);
}

int verify_data(const TrialProgramOptions& options) {
  const IdxImageSet* chosen = nullptr;
  for (const auto* set : {&mnist(), &fashion_mnist()}) {
    if (set->name == options.data_set) chosen = set;
  }
  if (chosen == nullptr)
    throw ConfigError("data set '" + options.data_set +
                      "': there are published checksums of mnist and fashion_mnist only");
  Json list = Json::array();
  bool good = true;
  for (const auto& check : verify_idx_images(*chosen, {options.data_dir})) {
    good = good && check.problem.empty();
    list.push_back({{"file", check.file}, {"problem", check.problem}});
  }
  std::cout << list.dump(2) << std::endl;
  return static_cast<int>(good ? ExitCode::kDone : ExitCode::kData);
}

}  // namespace nero_bench

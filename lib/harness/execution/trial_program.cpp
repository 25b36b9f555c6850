#include "harness/execution/trial_program.h"

#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <stdexcept>

#include "base/errors.h"
#include "base/files.h"
#include "harness/execution/child_process.h"

namespace nero_bench {
namespace {

namespace fs = std::filesystem;

constexpr JsonLimits kAnswerLimits{.bytes = std::size_t{64} << 20, .depth = 64};
constexpr int kCannotStart = 127;  // the dynamic loader's status where a shared library is missing

}  // namespace

bool has_trial_program() { return fs::exists(executable_folder() / "nero-trial"); }

bool has_nvidia_driver() {
  constexpr std::array<const char*, 3> kSigns{"/proc/driver/nvidia/version", "/dev/nvidiactl",
                                              "/dev/dxg"};  // the last on WSL
  std::error_code ignored;
  return std::any_of(kSigns.begin(), kSigns.end(), [&](const char* sign) { return fs::exists(sign, ignored); });
}

std::string find_trial_program(const std::string& device) {
  const auto folder = executable_folder();
  const bool cuda_named = device.rfind("cuda", 0) == 0;
  if (cuda_named && !has_nvidia_driver()) {
    throw ConfigError(fmt::format("--device {}: no NVIDIA driver on this machine; --device cpu does without", device));
  }
  const auto cuda_program = folder / "nero-trial-cuda";
  if (fs::exists(cuda_program) && (cuda_named || (device == "auto" && has_nvidia_driver())))
    return cuda_program.string();
  const auto program = folder / "nero-trial";
  if (fs::exists(program)) return program.string();
  throw ConfigError(
      fmt::format("{}: not found; build it: scripts/setup.sh, then cmake --preset dev && cmake --build --preset dev",
                  program.string()));
}

std::string message_of(const std::string& errors) {
  constexpr std::string_view kPrefix = "error: ";
  std::string text = errors;
  if (text.rfind(kPrefix, 0) == 0) text.erase(0, kPrefix.size());
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

bool could_not_start(int status) { return WIFEXITED(status) && WEXITSTATUS(status) == kCannotStart; }

void throw_if_hopeless(int status, const std::string& message) {
  if (!WIFEXITED(status)) return;
  if (WEXITSTATUS(status) == static_cast<int>(ExitCode::kUsage)) throw ConfigError(message);
  if (WEXITSTATUS(status) == static_cast<int>(ExitCode::kData)) throw DataError(message);
  if (WEXITSTATUS(status) == static_cast<int>(ExitCode::kStore)) throw StoreError(message);
  if (could_not_start(status))
    throw ConfigError(message + "; set up again with scripts/setup.sh, for a GPU with --cuda");
}

Json ask_trial_program(const std::string& program, const std::vector<std::string>& arguments,
                       const std::string& input) {
  const auto result = run_program(program, arguments, input);
  const bool answered = !result.output.empty();
  if (!answered) throw_if_hopeless(result.status, message_of(result.errors));
  if (!answered && result.status != 0) {
    throw std::runtime_error(
        fmt::format("{}: {}; it said: {}", program, describe_status(result.status), result.errors));
  }
  return answered ? parse_json(result.output, program, kAnswerLimits) : Json();
}

}  // namespace nero_bench

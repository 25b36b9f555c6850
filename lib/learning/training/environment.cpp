#include "learning/training/environment.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/native/DispatchStub.h>
#include <sys/utsname.h>
#include <torch/version.h>

#include <cstdlib>
#include <fstream>

#include "base/build_info.h"
#include "learning/optimisers/fused_step.h"

namespace nero_bench {
namespace {

std::string cpu_model() {
  std::ifstream cpus("/proc/cpuinfo");
  for (std::string line; std::getline(cpus, line);) {
    if (line.rfind("model name", 0) == 0 && line.find(": ") != std::string::npos)
      return line.substr(line.find(": ") + 2);
  }
  return "unknown";
}

std::string operating_system() {
  utsname name{};
  ::uname(&name);
  return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

std::string matmul_precision() {
  switch (at::globalContext().float32MatmulPrecision()) {
    case at::Float32MatmulPrecision::HIGHEST: return "highest";
    case at::Float32MatmulPrecision::HIGH: return "high";
    case at::Float32MatmulPrecision::MEDIUM: return "medium";
  }
  return "unknown";
}

}  // namespace

void fix_arithmetic(int threads) {
  // cuBLAS is deterministic only with a workspace of its own, and LibTorch refuses to go on without; read at its start.
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  at::set_num_threads(threads);
  auto& context = at::globalContext();
  context.setDeterministicAlgorithms(true, /*warn_only=*/false);
  context.setDeterministicFillUninitializedMemory(false);  // a debugging aid that writes every new tensor twice
  context.setDeterministicCuDNN(true);
  context.setBenchmarkCuDNN(false);
  set_float32_arithmetic(Precision::kFloat32);
}

void set_float32_arithmetic(Precision precision) {
  const bool is_tf32 = precision == Precision::kTf32;
  at::globalContext().setFloat32MatmulPrecision(is_tf32 ? "high" : "highest");
  at::globalContext().setAllowTF32CuDNN(is_tf32);  // the precision of convolutions, which LibTorch lowers unless told
}

std::map<std::string, std::string> describe_environment(const Device& device) {
  const auto& build = build_info();
  auto environment = device.describe();
  environment["nero_bench"] = build.version;
  environment["commit"] = build.commit;
  environment["compiler"] = build.compiler;
  environment["build_type"] = build.build_type;
  environment["libtorch"] = TORCH_VERSION;
  environment["blas"] = at::hasMKL() ? "MKL" : "other";
  environment["threads"] = std::to_string(at::get_num_threads());
  environment["cpu"] = cpu_model();
  environment["cpu_capability"] = at::get_cpu_capability();
  environment["kernels"] = std::string(step_kernels().name);
  environment["operating_system"] = operating_system();
  environment["deterministic"] = at::globalContext().deterministicAlgorithms() ? "yes" : "no";
  environment["float32_matmul_precision"] = matmul_precision();
  environment["float32_convolution_precision"] = at::globalContext().allowTF32CuDNN() ? "tf32" : "highest";
  return environment;
}

}  // namespace nero_bench

#include "learning/training/trial_checkpoints.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <filesystem>
#include <map>

#include "base/errors.h"
#include "base/hashing.h"
#include "learning/training/environment.h"

namespace nero_bench {
namespace {

constexpr char kProgress[] = "progress";  // a section of JSON: what is no tensor

ElementType type_of(const NamedTensor& named) {
  static const std::map<at::ScalarType, ElementType> types{
      {at::kFloat, ElementType::kFloat32},     {at::kDouble, ElementType::kFloat64}, {at::kHalf, ElementType::kFloat16},
      {at::kBFloat16, ElementType::kBfloat16}, {at::kLong, ElementType::kInt64},     {at::kInt, ElementType::kInt32},
      {at::kByte, ElementType::kUint8},        {at::kBool, ElementType::kUint8}};
  const auto found = types.find(named.tensor.scalar_type());
  if (found == types.end()) throw std::logic_error(named.name + ": a tensor of a type that checkpoints lack");
  return found->second;
}

std::span<std::byte> bytes_of(const at::Tensor& tensor) {
  return {static_cast<std::byte*>(tensor.mutable_data_ptr()), tensor.nbytes()};
}

// Row after row in the host's memory: the tensor itself where it is that already.
at::Tensor on_host(const at::Tensor& tensor) { return tensor.detach().to(at::kCPU).contiguous(); }

void read_into(const NamedTensor& named, const Checkpoint& checkpoint) {
  const auto& section = checkpoint.require(named.name, type_of(named), named.tensor.sizes());
  const auto& tensor = named.tensor;
  if (tensor.is_cpu() && tensor.is_contiguous()) {
    checkpoint.read(section, bytes_of(tensor.detach()));
    return;
  }
  const auto values = at::empty(tensor.sizes(), tensor.options().device(at::kCPU).requires_grad(false));
  checkpoint.read(section, bytes_of(values));
  tensor.detach().copy_(values);
}

std::string hash_of_environment(const Device& device) { return sha256_hex(Json(describe_environment(device)).dump()); }

}  // namespace

TrialCheckpoints::TrialCheckpoints(const CheckpointOptions& options, const TrialSpec& spec, const Device& device)
    : options_(options) {
  if (options.folder.empty()) return;
  const auto id = trial_id(spec);
  folder_.emplace(std::filesystem::path(options.folder) / id, id, hash_of_environment(device));
}

std::int64_t TrialCheckpoints::restore(RunningTrial& running, const std::function<void(const std::string&)>& warn) {
  since_last_ = Stopwatch();
  if (!folder_) return 0;
  const auto latest = folder_->latest();
  for (const auto& reason : latest.passed_over) warn(reason);
  if (!latest.checkpoint) return 0;
  const auto& checkpoint = *latest.checkpoint;
  for (const auto& named : running.tensors()) read_into(named, checkpoint);
  const auto progress = checkpoint.find(kProgress);
  if (progress == nullptr) throw StoreError("a checkpoint of this trial has no section 'progress'");
  const auto bytes = checkpoint.read(*progress);
  running.set_progress(Json::parse(reinterpret_cast<const char*>(bytes.data()),
                                   reinterpret_cast<const char*>(bytes.data() + bytes.size())));
  saved_steps_ = checkpoint.header().step;
  return saved_steps_;
}

bool TrialCheckpoints::due(std::int64_t steps) const {
  if (!folder_ || steps == saved_steps_) return false;
  if (options_.every_steps > 0 && steps % options_.every_steps == 0) return true;
  return options_.every_seconds > 0 && since_last_.seconds() >= options_.every_seconds;
}

void TrialCheckpoints::save(RunningTrial& running, std::int64_t steps) {
  if (!folder_ || steps == 0) return;
  std::vector<at::Tensor> kept;  // what the sections point into
  std::vector<Section> sections;
  for (const auto& named : running.tensors()) {
    kept.push_back(on_host(named.tensor));
    sections.push_back({named.name, type_of(named), named.tensor.sizes().vec(), bytes_of(kept.back())});
  }
  const std::string progress = running.progress().dump();
  sections.push_back({kProgress,
                      ElementType::kUint8,
                      {static_cast<std::int64_t>(progress.size())},
                      std::as_bytes(std::span(progress))});
  folder_->save(steps, sections);
  saved_steps_ = steps;
  since_last_ = Stopwatch();
}

}  // namespace nero_bench

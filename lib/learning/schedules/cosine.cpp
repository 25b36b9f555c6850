#include "learning/schedules/cosine.h"

#include <cmath>
#include <numbers>

namespace nero_bench {

CosineOptions parse_cosine(JsonReader& json) {
  CosineOptions options;
  options.form = json.choice<CosineForm>(
      "form", options.form, "plain: half a cosine; recursive: a warm-up from 0, then on from there (figure 4)",
      {{"plain", CosineForm::kPlain}, {"recursive", CosineForm::kRecursive}});
  if (options.form == CosineForm::kRecursive || json.is_describing()) {
    options.warmup_epochs =
        json.optional("warmup_epochs", options.warmup_epochs,
                      "length of the linear warm-up, of the recursive form only; 0: none", Range::at_least(0));
  }
  return options;
}

double cosine(const CosineOptions& options, const Progress& at) {
  const auto total = static_cast<double>(at.total_steps);
  const auto raised_cosine = [total](double step) { return 1 + std::cos(std::numbers::pi * step / total); };
  const auto step = static_cast<double>(at.step);
  const double warmup = std::round(options.warmup_epochs * static_cast<double>(at.steps_per_epoch));
  if (options.form == CosineForm::kPlain || warmup == 0) return raised_cosine(step) / 2;
  if (step < warmup) return step / warmup;
  return (warmup - 1) / warmup * raised_cosine(step) / raised_cosine(warmup - 1);
}

}  // namespace nero_bench

#pragma once
#include "base/json_reader.h"
#include "learning/schedules/schedule.h"

namespace nero_bench {

enum class CosineForm {
  kPlain,      // (1 + cos πt/T) / 2
  kRecursive,  // continues from the end of a linear warm-up, as rate-by-rate implementations do
};

struct CosineOptions {
  CosineForm form = CosineForm::kPlain;
  double warmup_epochs = 1;  // recursive form only
};

CosineOptions parse_cosine(JsonReader& json);

// Half a cosine from the full rate to nearly zero, step by step. The recursive form is that of the ImageNet figure: its
// warm-up starts at 0, so the first step does not move.
double cosine(const CosineOptions& options, const Progress& at);

}  // namespace nero_bench

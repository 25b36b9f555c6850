#include "harness/report/series_look.h"

#include <fmt/format.h>

#include <array>

namespace nero_bench {
namespace {

constexpr std::size_t kKinds = 7;  // of colours, dashes and markers

// The colours of Okabe and Ito, told apart by colour-blind readers; without yellow, which is not seen on white.
constexpr std::array<std::string_view, kKinds> kLightColours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                             "#000000", "#b07c00", "#3a8fc0"};
constexpr std::array<std::string_view, kKinds> kDarkColours{"#56b4e9", "#ff8c42", "#2fd0a0", "#e79fc8",
                                                            "#ffffff", "#f0e442", "#9ad0f5"};
constexpr std::array<std::string_view, kKinds> kDashes{"none", "8 4", "2 3", "10 3 2 3", "4 2", "14 4", "6 2 2 2 2 2"};
constexpr std::array<std::string_view, kKinds> kMarkers{"M4 0A4 4 0 1 1-4 0 4 4 0 1 1 4 0z",
                                                        "M-3.5-3.5h7v7h-7z",
                                                        "M0-4.5L4.5 3.5h-9z",
                                                        "M0-5.5L5.5 0 0 5.5-5.5 0z",
                                                        "M0 4.5L4.5-3.5h-9z",
                                                        "M-1.5-5h3v3.5H5v3H1.5V5h-3V1.5H-5v-3h3.5z",
                                                        "M-5-4L0-1.5 5-4 2.5 0 5 4 0 1.5-5 4-2.5 0z"};

}  // namespace

// Every round of colours shifts dashes by one and markers by two, so that no two of the three are those of another
// series until all rounds are through.
SeriesLook look_of(std::size_t series) {
  const auto round = series / kKinds;
  return {series % kKinds, (series + round) % kKinds, kMarkers.at((series + 2 * round) % kKinds)};
}

std::string series_style() {
  std::string style;
  for (std::size_t i = 0; i < kKinds; ++i) {
    style += fmt::format(
        ".c{0} .line,.c{0} .cross{{stroke:var(--c{0})}}.c{0} .mark,.c{0} .band{{fill:var(--c{0})}}"
        ".d{0} .line{{stroke-dasharray:{1}}}\n",
        i, kDashes.at(i));
  }
  const auto colours = [](const std::array<std::string_view, kKinds>& list) {
    std::string text;
    for (std::size_t i = 0; i < list.size(); ++i) text += fmt::format("--c{}:{};", i, list[i]);
    return text;
  };
  return style + fmt::format(":root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n",
                             colours(kLightColours), colours(kDarkColours));
}

}  // namespace nero_bench

#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace nero_bench {

// By what a series of a picture is told from the others, in colour as in black and white. Up to 49 series differ in two
// of the three at least.
struct SeriesLook {
  std::size_t colour = 0;   // of the classes c0, c1, … of series_style()
  std::size_t dash = 0;     // of its classes d0, d1, …
  std::string_view marker;  // an SVG path around the point
};

SeriesLook look_of(std::size_t series);

// The style sheet's part for the classes, with colours for light and dark.
std::string series_style();

}  // namespace nero_bench

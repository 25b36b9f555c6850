#include "learning/data/png_image.h"

#include <png.h>

#include <csetjmp>
#include <cstdio>
#include <cstring>

namespace nero_bench {
namespace {

// What libpng's calls need and what they left; they jump back here instead of returning.
struct Reading {
  FileBytes rest;
  std::jmp_buf way_out;
  char message[128];
};

[[noreturn]] void leave(png_structp png, png_const_charp message) {
  auto* reading = static_cast<Reading*>(png_get_error_ptr(png));
  std::snprintf(reading->message, sizeof reading->message, "%s", message);
  std::longjmp(reading->way_out, 1);
}

void ignore(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep into, std::size_t count) {
  auto* reading = static_cast<Reading*>(png_get_io_ptr(png));
  if (reading->rest.size() < count) png_error(png, "the data end too early");
  std::memcpy(into, reading->rest.data(), count);
  reading->rest = reading->rest.subspan(count);
}

class PngReader {
 public:
  explicit PngReader(FileBytes file) : reading_{file, {}, {}} {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &reading_, leave, ignore);
    if (png_ == nullptr) throw std::bad_alloc();
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  void read_header() {
    guarded([this] {
      info_ = png_create_info_struct(png_);
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // ours are checked before pixels are read
      png_set_read_fn(png_, &reading_, read_bytes);
      png_read_info(png_, info_);
    });
    check_dimensions(png_get_image_width(png_, info_), png_get_image_height(png_, info_));
  }

  void read_pixels(Picture& picture) {
    picture.height = png_get_image_height(png_, info_);
    picture.width = png_get_image_width(png_, info_);
    picture.pixels.resize(static_cast<std::size_t>(picture.height * picture.width * 3));
    guarded([&] {
      png_set_palette_to_rgb(png_);
      png_set_expand_gray_1_2_4_to_8(png_);
      png_set_scale_16(png_);
      png_set_strip_alpha(png_);
      png_set_gray_to_rgb(png_);
      const int passes = png_set_interlace_handling(png_);
      png_read_update_info(png_, info_);
      const auto row_bytes = png_get_rowbytes(png_, info_);
      if (row_bytes != static_cast<std::size_t>(picture.width) * 3) png_error(png_, "its rows have an odd size");
      for (int pass = 0; pass < passes; ++pass) {
        for (std::int64_t y = 0; y < picture.height; ++y)
          png_read_row(png_, picture.pixels.data() + static_cast<std::size_t>(y) * row_bytes, nullptr);
      }
    });
  }

 private:
  template <class Calls>
  void guarded(const Calls& calls) {
    if (setjmp(reading_.way_out) != 0) throw CorruptImage(reading_.message);
    calls();
  }

  Reading reading_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
};

}  // namespace

bool is_png(FileBytes file) { return file.size() >= 8 && png_sig_cmp(file.data(), 0, 8) == 0; }

void decode_png(FileBytes file, Picture& picture) {
  PngReader reader(file);
  reader.read_header();
  reader.read_pixels(picture);
}

}  // namespace nero_bench

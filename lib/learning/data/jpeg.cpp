#include "learning/data/jpeg.h"

#include <csetjmp>
#include <cstdio>
#include <string>

// The second numbers its messages by what the first says of the library.
// clang-format off
#include <jpeglib.h>
#include <jerror.h>
// clang-format on

namespace nero_bench {
namespace {

constexpr int kMostScans = 500;  // of a progressive file: more only serve to keep a reader busy

struct Failure {
  jpeg_error_mgr manager;  // first: libjpeg hands out pointers to it
  std::jmp_buf way_out;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void leave(j_common_ptr jpeg) {
  auto* failure = reinterpret_cast<Failure*>(jpeg->err);
  jpeg->err->format_message(jpeg, failure->message);
  std::longjmp(failure->way_out, 1);
}

// libjpeg warns of data that do not decode and goes on with grey; to us the image is corrupt then.
void take_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  const int code = jpeg->err->msg_code;
  if (code == JWRN_HIT_MARKER || code == JWRN_JPEG_EOF || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC ||
      code == JWRN_ARITH_BAD_CODE)
    leave(jpeg);
}

void count_scans(j_common_ptr jpeg) {
  if (reinterpret_cast<j_decompress_ptr>(jpeg)->input_scan_number <= kMostScans) return;
  std::snprintf(reinterpret_cast<Failure*>(jpeg->err)->message, JMSG_LENGTH_MAX, "it has more than %d scans",
                kMostScans);
  std::longjmp(reinterpret_cast<Failure*>(jpeg->err)->way_out, 1);
}

// Runs libjpeg calls, whose errors arrive as a jump over them: `calls` must not own anything.
template <class Calls>
void guarded(Failure& failure, const Calls& calls) {
  if (setjmp(failure.way_out) != 0) throw CorruptImage(failure.message);
  calls();
}

std::uint8_t product_of_fractions(unsigned a, unsigned b) {  // a · b / 255, rounded
  const unsigned sum = a * b + 128;
  return static_cast<std::uint8_t>(((sum >> 8) + sum) >> 8);
}

// One row of inverted CMYK to RGB.
void convert_row(const std::uint8_t* cmyk, std::int64_t width, std::uint8_t* rgb) {
  for (std::int64_t x = 0; x < width; ++x, cmyk += 4, rgb += 3) {
    const unsigned light = cmyk[3];
    for (int channel = 0; channel < 3; ++channel)
      rgb[channel] = static_cast<std::uint8_t>(light - product_of_fractions(255U - cmyk[channel], light));
  }
}

}  // namespace

struct JpegDecoder::State {
  Failure failure{};
  jpeg_decompress_struct jpeg{};
  jpeg_progress_mgr progress{};
  std::vector<std::uint8_t> cmyk_row;

  void read_header(FileBytes file) {
    guarded(failure, [&] {
      jpeg_abort_decompress(&jpeg);  // whatever the last image left behind
      jpeg_mem_src(&jpeg, file.data(), file.size());
      jpeg_read_header(&jpeg, TRUE);
      jpeg.out_color_space = jpeg.num_components == 4 ? JCS_CMYK : JCS_RGB;
    });
    check_dimensions(jpeg.image_width, jpeg.image_height);
  }

  void read_rows(Picture& picture) {
    const bool is_cmyk = jpeg.out_color_space == JCS_CMYK;
    if (is_cmyk) cmyk_row.resize(std::size_t{jpeg.output_width} * 4);
    guarded(failure, [&] {
      while (jpeg.output_scanline < jpeg.output_height) {
        std::uint8_t* out = picture.pixels.data() + std::size_t{jpeg.output_scanline} * jpeg.output_width * 3;
        JSAMPROW row = is_cmyk ? cmyk_row.data() : out;
        jpeg_read_scanlines(&jpeg, &row, 1);
        if (is_cmyk) convert_row(row, jpeg.output_width, out);
      }
      jpeg_finish_decompress(&jpeg);
    });
  }
};

JpegDecoder::JpegDecoder() : state_(std::make_unique<State>()) {
  auto& [failure, jpeg, progress, row] = *state_;
  jpeg.err = jpeg_std_error(&failure.manager);
  failure.manager.error_exit = leave;
  failure.manager.emit_message = take_message;
  guarded(failure, [&jpeg = jpeg] { jpeg_create_decompress(&jpeg); });
  progress.progress_monitor = count_scans;
  jpeg.progress = &progress;
}

JpegDecoder::~JpegDecoder() { jpeg_destroy_decompress(&state_->jpeg); }

bool JpegDecoder::recognises(FileBytes file) {
  return file.size() >= 3 && file[0] == 0xff && file[1] == 0xd8 && file[2] == 0xff;
}

void JpegDecoder::decode(FileBytes file, Picture& picture, const ChooseReduction& reduction) {
  auto& jpeg = state_->jpeg;
  state_->read_header(file);
  const int divisor = reduction ? reduction(jpeg.image_height, jpeg.image_width) : 1;
  guarded(state_->failure, [&] {
    jpeg.scale_num = 1;
    jpeg.scale_denom = static_cast<unsigned>(divisor);
    jpeg_start_decompress(&jpeg);
  });
  picture.height = jpeg.output_height;
  picture.width = jpeg.output_width;
  picture.pixels.resize(static_cast<std::size_t>(picture.height * picture.width * 3));
  state_->read_rows(picture);
}

}  // namespace nero_bench

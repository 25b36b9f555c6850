// data_bench: what making a batch costs, and its parts for others to compare with (scripts/bench_data.py,
// tests/cli/test_augmentation.py).

#include <CLI/CLI.hpp>

#include <cstdio>

#include "base/errors.h"
#include "benches.h"

namespace nero_bench {
namespace {

struct Options {
  ImageFile images;
  CutFiles cut;
  std::string into;
  double seconds = 0;
};

void add_distort(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand("distort", "crop, flip and rotate raw images, or with --seconds time that");
  command->add_option("images", options.images.file, "raw bytes, image after image, plane after plane")->required();
  command->add_option("--channels", options.images.channels, "planes of an image")->capture_default_str();
  command->add_option("--side", options.images.side, "height and width")->check(CLI::Range(1, 4096));
  command->add_option("--seed", options.images.seed, "of what is random")->capture_default_str();
}

void add_decode(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand("decode", "decode image files, or with --seconds time that");
  command->add_option("files", options.cut.files, "JPEG and PNG")->required();
}

void add_cut(CLI::App& app, Options& options) {
  auto* command = app.add_subcommand("cut", "decode, cut out and scale image files, or with --seconds time that");
  command->add_option("files", options.cut.files, "JPEG and PNG")->required();
  command->add_option("--seed", options.cut.seed, "of random cuts; without it the centre is cut out");
  command->add_option("--size", options.cut.size, "side of the squares")->check(CLI::Range(1, 4096));
  command->add_option("--resize", options.cut.resize, "shorter side before the centre is cut out");
  command->add_flag("--reduce", options.cut.reduce, "decode large JPEGs at a fraction of their size");
  command->add_option("--threads", options.cut.threads, "of the loader")->check(CLI::Range(1, 1024));
}

Json run(const CLI::App& app, const Options& options) {
  const bool timed = options.seconds > 0;
  if (app.got_subcommand("distort"))
    return timed ? time_augmentation(options.images, options.seconds) : distort_images(options.images, options.into);
  if (app.got_subcommand("decode"))
    return timed ? time_decoding(options.cut.files, options.seconds) : decode_files(options.cut.files, options.into);
  return timed ? time_cutting(options.cut, options.seconds) : cut_files(options.cut, options.into);
}

}  // namespace
}  // namespace nero_bench

int main(int argc, char** argv) {
  using namespace nero_bench;
  CLI::App app{
      "Augments and decodes images as training does; what was done, or how long it took, is JSON on standard "
      "output."};
  app.require_subcommand(1);
  Options options;
  add_distort(app, options);
  add_decode(app, options);
  add_cut(app, options);
  for (auto* command : app.get_subcommands({})) {
    command->add_option("--into", options.into, "file of the bytes that are made");
    command->add_option("--seconds", options.seconds, "to measure for");
  }
  try {
    app.parse(argc, argv);
    if (options.into.empty() && options.seconds <= 0) throw CLI::RequiredError("--into or --seconds");
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kUsage);
  }
  return run_and_report_errors([&] {
    std::printf("%s\n", run(app, options).dump(1).c_str());
    return 0;
  });
}

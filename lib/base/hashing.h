#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace nero_bench {

// SHA-256 of a stream of bytes.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::string_view bytes);
  std::string hex();  // 64 lower-case digits; call once, last

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string sha256_hex(std::string_view bytes);

}  // namespace nero_bench

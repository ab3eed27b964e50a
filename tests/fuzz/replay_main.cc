// Runs a libFuzzer target without libFuzzer: each corpus file as it is, then mutations of it from a fixed
// seed, so that two runs do the same. Usage: fuzz_<topic> CORPUS_DIR [MUTATIONS_PER_FILE], or a file to run
// just that one. The input that ends the process is left in ./crash-<target>.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <unistd.h>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// Sanitizers end in SIGABRT too, so that one handler saves the input.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" const char* __ubsan_default_options();
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }

namespace {

using Input = std::vector<std::uint8_t>;

constexpr std::uint64_t kSeed = 20240607;
constexpr std::size_t kMaxInput = 16384;
constexpr int kDefaultMutations = 400;

const std::uint8_t* current_data = nullptr;
std::size_t current_size = 0;
std::string crash_file;

void save_and_die(int signal) {
  int fd = ::open(crash_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0644);
  if (fd >= 0) {
    [[maybe_unused]] auto written = ::write(fd, current_data, current_size);
    ::close(fd);
  }
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

void run(const Input& input) {
  // A heap block of exactly this size: a sanitizer sees a read of one byte too many.
  auto exact = std::make_unique<std::uint8_t[]>(input.size());
  std::copy(input.begin(), input.end(), exact.get());
  current_data = exact.get();
  current_size = input.size();
  LLVMFuzzerTestOneInput(exact.get(), input.size());
}

Input read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Mutator {
 public:
  explicit Mutator(const std::vector<Input>& corpus) : corpus_(corpus) {}

  Input mutate(Input input) {
    for (auto rounds = below(4) + 1; rounds > 0; --rounds) change(input);
    if (input.size() > kMaxInput) input.resize(kMaxInput);
    return input;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : static_cast<std::size_t>(random_() % n); }
  std::uint8_t interesting() {
    constexpr std::uint8_t values[] = {0, 1, 2, 7, 8, 9, 0x7F, 0x80, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE, 0xFF};
    return values[below(std::size(values))];
  }
  Input::iterator position(Input& input) {
    return input.begin() + static_cast<std::ptrdiff_t>(below(input.size() + 1));
  }

  void change(Input& input) {
    if (input.empty()) return input.push_back(interesting());
    auto& byte = input[below(input.size())];
    switch (below(8)) {
      case 0: byte = static_cast<std::uint8_t>(byte ^ 1U << below(8)); break;
      case 1: byte = interesting(); break;
      case 2: byte = static_cast<std::uint8_t>(random_()); break;
      case 3: input.resize(below(input.size() + 1)); break;
      case 4: input.insert(position(input), interesting()); break;
      case 5: input.erase(input.begin() + static_cast<std::ptrdiff_t>(below(input.size()))); break;
      case 6: {
        Input piece(position(input), input.end());
        piece.resize(std::min<std::size_t>(piece.size(), below(64)));
        input.insert(position(input), piece.begin(), piece.end());
        break;
      }
      default: {
        const auto& other = corpus_[below(corpus_.size())];
        input.erase(position(input), input.end());
        input.insert(input.end(), other.begin() + static_cast<std::ptrdiff_t>(below(other.size())),
                     other.end());
      }
    }
  }

  const std::vector<Input>& corpus_;
  std::mt19937_64 random_{kSeed};
};

std::vector<Input> read_corpus(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Input> corpus;
  for (const auto& file : files) corpus.push_back(read_file(file));
  return corpus;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fprintf(stderr, "usage: %s CORPUS_DIR|FILE [MUTATIONS_PER_FILE]\n", argv[0]), 2;
  crash_file = "crash-" + std::filesystem::path(argv[0]).filename().string();
  for (int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL}) std::signal(signal, save_and_die);
  if (std::filesystem::is_regular_file(argv[1])) return run(read_file(argv[1])), 0;
  auto corpus = read_corpus(argv[1]);
  if (corpus.empty()) return std::fprintf(stderr, "no corpus in %s\n", argv[1]), 1;
  int mutations = argc > 2 ? std::atoi(argv[2]) : kDefaultMutations;
  for (const auto& input : corpus) run(input);
  Mutator mutator(corpus);
  for (const auto& input : corpus)
    for (int i = 0; i < mutations; ++i) run(mutator.mutate(input));
  std::printf("%zu files, %d mutations of each\n", corpus.size(), mutations);
}

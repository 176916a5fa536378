#include "data/npy_stream.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "data/unpacked_file.h"

namespace ladder {
namespace {

// What a byte of a deflated member can become at most, by the format.
constexpr int64_t kMaxExpansion = 1032;
constexpr zip_int64_t kMaxListed = 8;

class FileStream : public NpyStream {
 public:
  explicit FileStream(const std::string& path) : path_(path), file_(path) {}
  absl::Status Check() const { return file_.Check(); }
  absl::StatusOr<int64_t> Read(absl::Span<uint8_t> out) override { return file_.Read(out); }
  int64_t offset() const override { return file_.offset(); }
  int64_t Bound() const override { return file_.Bound(); }
  absl::Status Error(absl::string_view message) const override {
    return absl::DataLossError(absl::StrCat(path_, ": ", message));
  }

 private:
  const std::string path_;
  UnpackedFile file_;
};

class ZipMember : public NpyStream {
 public:
  // `path`: FILE.npz:NAME.
  ZipMember(const std::string& path, const std::string& zip_path, std::string name)
      : path_(path), zip_path_(zip_path), name_(std::move(name)) {}
  ZipMember(const ZipMember&) = delete;
  ZipMember& operator=(const ZipMember&) = delete;
  ~ZipMember() override {
    if (file_ != nullptr) zip_fclose(file_);
    if (zip_ != nullptr) zip_discard(zip_);
  }

  absl::Status Open() {
    struct stat information;
    if (stat(zip_path_.c_str(), &information) != 0) {
      return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", zip_path_));
    }
    // libzip seeks, which a pipe or a device cannot.
    if (!S_ISREG(information.st_mode)) {
      return absl::InvalidArgumentError(
          absl::StrCat("cannot read ", zip_path_, ": it is no regular file"));
    }
    int code;
    zip_ = zip_open(zip_path_.c_str(), ZIP_RDONLY, &code);
    if (zip_ == nullptr) {
      zip_error_t error;
      zip_error_init_with_code(&error, code);
      absl::Status status = absl::DataLossError(
          absl::StrCat(zip_path_, ": no readable .npz file: ", zip_error_strerror(&error)));
      zip_error_fini(&error);
      return status;
    }
    zip_int64_t index = zip_name_locate(zip_, absl::StrCat(name_, ".npy").c_str(), 0);
    if (index < 0) index = zip_name_locate(zip_, name_.c_str(), 0);
    if (index < 0 || name_.empty()) {
      return absl::NotFoundError(absl::StrCat(
          zip_path_, ": ",
          name_.empty() ? "which of its arrays is meant?" : absl::StrCat("no array ", name_), "; ",
          Members()));
    }
    zip_stat_t entry;
    if (zip_stat_index(zip_, static_cast<zip_uint64_t>(index), 0, &entry) != 0) return ZipError();
    if (entry.comp_method != ZIP_CM_STORE && entry.comp_method != ZIP_CM_DEFLATE) {
      return Error(absl::StrCat("packed by method ", entry.comp_method,
                                "; allowed are 0 (stored) and 8 (deflated)"));
    }
    const int64_t expansion = entry.comp_method == ZIP_CM_STORE ? 1 : kMaxExpansion;
    bound_ = std::min<int64_t>(information.st_size, UnpackedFile::kMaxBytes) * expansion;
    file_ = zip_fopen_index(zip_, static_cast<zip_uint64_t>(index), 0);
    return file_ == nullptr ? ZipError() : absl::OkStatus();
  }

  absl::StatusOr<int64_t> Read(absl::Span<uint8_t> out) override {
    size_t size = 0;
    while (size < out.size()) {
      const zip_int64_t got = zip_fread(file_, out.data() + size, out.size() - size);
      if (got < 0) {
        return Error(
            absl::StrCat("byte ", offset_ + static_cast<int64_t>(size),
                         ": damaged zip data: ", zip_error_strerror(zip_file_get_error(file_))));
      }
      if (got == 0) break;
      size += static_cast<size_t>(got);
    }
    offset_ += static_cast<int64_t>(size);
    return static_cast<int64_t>(size);
  }
  int64_t offset() const override { return offset_; }
  int64_t Bound() const override { return bound_; }
  absl::Status Error(absl::string_view message) const override {
    return absl::DataLossError(absl::StrCat(path_, ": ", message));
  }

 private:
  absl::Status ZipError() const { return Error(zip_strerror(zip_)); }

  std::string Members() const {
    const zip_int64_t count = zip_get_num_entries(zip_, 0);
    if (count == 0) return "it has no members";
    std::vector<std::string> paths;
    for (zip_int64_t i = 0; i < std::min(count, kMaxListed); ++i) {
      const char* name = zip_get_name(zip_, static_cast<zip_uint64_t>(i), 0);
      if (name == nullptr) continue;
      paths.push_back(absl::StrCat(zip_path_, ":", absl::StripSuffix(name, ".npy")));
    }
    if (count > kMaxListed) paths.push_back(absl::StrCat("and ", count - kMaxListed, " more"));
    return absl::StrCat("allowed are ", absl::StrJoin(paths, ", "));
  }

  const std::string path_;
  const std::string zip_path_;
  const std::string name_;
  zip_t* zip_ = nullptr;
  zip_file_t* file_ = nullptr;
  int64_t bound_ = 0;
  int64_t offset_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<NpyStream>> NpyStream::Open(const std::string& path) {
  constexpr absl::string_view kSuffix = ".npz";
  struct stat information;
  const size_t colon = path.rfind(".npz:");
  const bool has_name = colon != std::string::npos && stat(path.c_str(), &information) != 0;
  if (has_name || absl::EndsWith(path, kSuffix)) {
    const size_t end = has_name ? colon + kSuffix.size() : path.size();
    auto member = std::make_unique<ZipMember>(path, path.substr(0, end),
                                              has_name ? path.substr(end + 1) : std::string());
    LADDER_RETURN_IF_ERROR(member->Open());
    return member;
  }
  auto file = std::make_unique<FileStream>(path);
  LADDER_RETURN_IF_ERROR(file->Check());
  return file;
}

}  // namespace ladder

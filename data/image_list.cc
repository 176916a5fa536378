#include "data/image_list.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/file.h"
#include "base/status_macros.h"
#include "data/delimited_text.h"
#include "data/image_decoder.h"
#include "data/table_cells.h"

namespace ladder {
namespace {

absl::Status ReadError(const std::string& path) {
  return absl::ErrnoToStatus(errno, absl::StrCat("cannot read ", path));
}

// Its first bytes say what a file is.
absl::StatusOr<ImageFormat> FormatOfFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return ReadError(path);
  char bytes[kNumFormatBytes];
  ssize_t got;
  do {
    got = read(descriptor, bytes, sizeof(bytes));
  } while (got < 0 && errno == EINTR);
  absl::Status status = got < 0 ? ReadError(path) : absl::OkStatus();
  close(descriptor);
  LADDER_RETURN_IF_ERROR(status);
  return FormatOf(absl::string_view(bytes, static_cast<size_t>(got)));
}

// Whether its name promises an image: then it is no file that merely lies there.
bool IsNamedAsImage(absl::string_view name) {
  for (const absl::string_view suffix : {".png", ".jpg", ".jpeg"}) {
    if (absl::EndsWithIgnoreCase(name, suffix)) return true;
  }
  return false;
}

// Sets what is known of the file without decoding it. Its error says why it is no image.
absl::StatusOr<bool> Describe(const std::string& path, const struct stat& information,
                              ImageEntry* entry) {
  if (!S_ISREG(information.st_mode)) return false;
  LADDER_ASSIGN_OR_RETURN(const ImageFormat format, FormatOfFile(path));
  entry->num_bytes = information.st_size;
  entry->modified =
      int64_t{information.st_mtim.tv_sec} * 1'000'000'000 + information.st_mtim.tv_nsec;
  return format != ImageFormat::kNone;
}

absl::Status NoImage(const std::string& path) {
  return absl::DataLossError(absl::StrCat(path, ": no PNG or JPEG image, by its first bytes"));
}

// Ascending: by value if all are numbers, so that 10 comes after 9; else by their bytes.
void SortNames(std::vector<std::string>* names) {
  std::map<std::string, int64_t> numbers;
  for (const std::string& name : *names) {
    int64_t number;
    if (absl::SimpleAtoi(name, &number)) numbers[name] = number;
  }
  std::sort(names->begin(), names->end());
  if (numbers.size() < names->size()) return;
  std::stable_sort(names->begin(), names->end(),
                   [&](const auto& a, const auto& b) { return numbers.at(a) < numbers.at(b); });
}

std::string Quoted(const std::vector<std::string>& names) {
  constexpr size_t kMaxListed = 8;
  const size_t count = std::min(names.size(), kMaxListed);
  return absl::StrCat(
      "\"", absl::StrJoin(names.begin(), names.begin() + static_cast<int64_t>(count), "\", \""),
      "\"", names.size() > count ? absl::StrCat(" and ", names.size() - count, " more") : "");
}

// Walks through a folder for each class.
class FolderWalk {
 public:
  FolderWalk(const std::string& path, const ImageFilesOptions& options) : options_(options) {
    list_.directory = path;
  }

  absl::StatusOr<ImageList> Walk() {
    std::vector<std::string> folders;
    std::vector<ImageEntry> outside;  // of any folder
    LADDER_RETURN_IF_ERROR(WalkFolder("", kNoLabel, &folders, &outside));
    std::vector<std::string> classes;
    for (const std::string& folder : folders) {
      if (folder == options_.unlabeled_folder) continue;
      if (options_.class_names.empty() && (absl::EqualsIgnoreCase(folder, "unlabeled") ||
                                           absl::EqualsIgnoreCase(folder, "unlabelled"))) {
        return absl::InvalidArgumentError(absl::StrCat(
            JoinPath(list_.directory, folder), ": a class by this name is a mistake, most likely; ",
            "expected \"", options_.unlabeled_folder, "\" for images without a label, or the name ",
            "in unlabeled_folder, or among the class_names"));
      }
      classes.push_back(folder);
    }
    if (!classes.empty() && !outside.empty()) {
      return absl::InvalidArgumentError(absl::StrCat(
          JoinPath(list_.directory, outside[0].id), ": an image beside the folders of the classes ",
          Quoted(classes), "; allowed are images in these, and without a label in ",
          JoinPath(list_.directory, options_.unlabeled_folder)));
    }
    list_.class_names = options_.class_names;
    if (list_.class_names.empty()) {
      SortNames(&classes);
      list_.class_names = classes;
    }
    std::map<std::string, int32_t> labels;
    for (const std::string& name : list_.class_names) {
      labels.emplace(name, static_cast<int32_t>(labels.size()));
    }
    list_.entries = std::move(outside);
    for (const std::string& folder : folders) {
      int32_t label = kNoLabel;
      if (folder != options_.unlabeled_folder) {
        const auto found = labels.find(folder);
        if (found == labels.end()) {
          return absl::InvalidArgumentError(
              absl::StrCat(JoinPath(list_.directory, folder), ": \"", folder,
                           "\" is no class; allowed are ", Quoted(list_.class_names),
                           ", and without a label \"", options_.unlabeled_folder, "\""));
        }
        label = found->second;
      }
      LADDER_RETURN_IF_ERROR(WalkFolder(folder, label, nullptr, &list_.entries));
    }
    std::sort(list_.entries.begin(), list_.entries.end(),
              [](const ImageEntry& a, const ImageEntry& b) { return a.id < b.id; });
    return std::move(list_);
  }

 private:
  void Skip(const std::string& id) {
    ++list_.num_skipped;
    if (list_.skipped.empty() || id < list_.skipped) list_.skipped = id;
  }

  // Adds the images of the folder `id`. The folders in it go to `folders`, or if that is null they
  // are walked through too.
  absl::Status WalkFolder(const std::string& id, int32_t label, std::vector<std::string>* folders,
                          std::vector<ImageEntry>* entries) {
    const std::string path = id.empty() ? list_.directory : JoinPath(list_.directory, id);
    struct stat information;
    if (stat(path.c_str(), &information) != 0) return ReadError(path);
    const std::pair<dev_t, ino_t> self = {information.st_dev, information.st_ino};
    // A link back to a folder that this one is in: all of it is being walked through already.
    if (!above_.insert(self).second) return absl::OkStatus();

    std::vector<std::string> names;
    {
      const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir(path.c_str()), closedir);
      if (directory == nullptr) return ReadError(path);
      while (const dirent* item = readdir(directory.get())) names.emplace_back(item->d_name);
    }
    for (const std::string& name : names) {
      if (name == "." || name == "..") continue;
      ImageEntry entry = {.id = JoinPath(id, name), .label = label};
      const std::string file = JoinPath(list_.directory, entry.id);
      if (name[0] == '.') {
        Skip(entry.id);
        continue;
      }
      // A link that leads nowhere would be missed in training, were it skipped.
      if (stat(file.c_str(), &information) != 0) return ReadError(file);
      if (S_ISDIR(information.st_mode)) {
        if (folders != nullptr) {
          folders->push_back(name);
        } else {
          LADDER_RETURN_IF_ERROR(WalkFolder(entry.id, label, nullptr, entries));
        }
        continue;
      }
      LADDER_ASSIGN_OR_RETURN(const bool is_image, Describe(file, information, &entry));
      if (is_image) {
        entries->push_back(std::move(entry));
      } else if (IsNamedAsImage(name)) {
        return NoImage(file);
      } else {
        Skip(entry.id);
      }
    }
    above_.erase(self);
    return absl::OkStatus();
  }

  const ImageFilesOptions& options_;
  ImageList list_;
  std::set<std::pair<dev_t, ino_t>> above_;
};

bool IsMissingLabel(absl::string_view label) { return label == "-1" || IsMissingCell(label); }

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

absl::StatusOr<ImageList> ReadList(const std::string& path, const ImageFilesOptions& options) {
  LADDER_ASSIGN_OR_RETURN(const std::unique_ptr<DelimitedText> text,
                          DelimitedText::Open(path, /*separator=*/'\0', /*hint=*/','));
  ImageList list;
  list.directory = FolderOf(path);
  std::vector<std::string> labels;
  std::vector<int64_t> lines;
  bool is_first = true;
  while (true) {
    LADDER_ASSIGN_OR_RETURN(const TextBlock block, text->Next());
    if (block.rows.empty()) break;
    for (int64_t i = 0; i < block.num_rows(); ++i) {
      const absl::string_view row = block.Row(i);
      const auto error = [&](absl::string_view message) {
        return text->Error(block, row.data(), message);
      };
      RowCells cells(row, text->separator());
      std::vector<std::string> texts;
      while (cells.Next()) texts.emplace_back(cells.text());
      if (cells.error() != nullptr) return text->Error(block, cells.place(), cells.error());
      if (texts.size() != 2 || texts[0].empty()) {
        return error(absl::StrCat("got ", texts.size(),
                                  " cells, expected FILE,LABEL, where the label may be empty"));
      }
      if (std::exchange(is_first, false) && absl::EqualsIgnoreCase(texts[0], "file") &&
          absl::EqualsIgnoreCase(texts[1], "label")) {
        continue;
      }
      ImageEntry entry = {.id = texts[0]};
      const std::string file = JoinPath(list.directory, entry.id);
      struct stat information;
      if (stat(file.c_str(), &information) != 0) return error(ReadError(file).message());
      LADDER_ASSIGN_OR_RETURN(const bool is_image, Describe(file, information, &entry));
      if (!is_image) return error(NoImage(file).message());
      list.entries.push_back(std::move(entry));
      labels.push_back(IsMissingLabel(texts[1]) ? "" : texts[1]);
      lines.push_back(block.Line(row.data()));
    }
  }
  list.class_names = options.class_names;
  if (list.class_names.empty()) {
    std::set<std::string> distinct(labels.begin(), labels.end());
    distinct.erase("");
    list.class_names.assign(distinct.begin(), distinct.end());
    SortNames(&list.class_names);
  }
  std::map<std::string, int32_t> numbers;
  for (const std::string& name : list.class_names) {
    numbers.emplace(name, static_cast<int32_t>(numbers.size()));
  }
  for (size_t i = 0; i < labels.size(); ++i) {
    if (labels[i].empty()) continue;
    const auto found = numbers.find(labels[i]);
    if (found == numbers.end()) {
      return absl::DataLossError(absl::StrCat(path, ":", lines[i], ":1: label \"", labels[i],
                                              "\"; allowed are ", Quoted(list.class_names),
                                              ", or none"));
    }
    list.entries[i].label = found->second;
  }
  return list;
}

absl::StatusOr<ImageList> ListFile(const std::string& path, const struct stat& information,
                                   const ImageFilesOptions& options) {
  ImageEntry entry = {.id = path.substr(path.rfind('/') + 1)};
  LADDER_ASSIGN_OR_RETURN(const bool is_image, Describe(path, information, &entry));
  if (!is_image) return IsNamedAsImage(path) ? NoImage(path) : ReadList(path, options);
  return ImageList{.directory = FolderOf(path),
                   .entries = {std::move(entry)},
                   .class_names = options.class_names};
}

}  // namespace

bool IsImageFile(const std::string& path) {
  struct stat information;
  ImageEntry entry;
  return stat(path.c_str(), &information) == 0 &&
         Describe(path, information, &entry).value_or(false);
}

absl::StatusOr<ImageList> ListImages(const std::string& path, const ImageFilesOptions& options) {
  struct stat information;
  if (stat(path.c_str(), &information) != 0) return ReadError(path);
  if (!S_ISDIR(information.st_mode) && !S_ISREG(information.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read ", path,
                     ": allowed are a folder of images, a CSV file that lists some, and an image"));
  }
  LADDER_ASSIGN_OR_RETURN(ImageList list, S_ISDIR(information.st_mode)
                                              ? FolderWalk(path, options).Walk()
                                              : ListFile(path, information, options));
  if (!list.entries.empty()) return list;
  return absl::NotFoundError(absl::StrCat(
      path, ": no PNG or JPEG images",
      list.num_skipped > 0
          ? absl::StrCat(", but ", list.num_skipped, " other files, such as ", list.skipped)
          : ""));
}

}  // namespace ladder

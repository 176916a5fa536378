"""External repositories made of the headers and libraries that apt-get installed.

Each repository has upstream's name and upstream's labels, so a BUILD file says
`@com_google_absl//absl/strings` and cannot tell where the library came from. The headers are
in /usr/include, which the compiler searches anyway; what these repositories add is the libraries
to link, and a readable error when a package is missing.
"""

load(":absl_targets.bzl", "ABSL_TARGETS")

_LIB_DIRS = [
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
]

_PUBLIC = """package(default_visibility = ["//visibility:public"])
"""

_LIBRARY = """
cc_library(
    name = "{name}",
    linkopts = {linkopts},
    deps = {deps},
)
"""

def _lib_dir(ctx, probe):
    for lib_dir in _LIB_DIRS:
        if ctx.path(lib_dir + "/" + probe).exists:
            return lib_dir
    return None

def _missing(ctx, path, package):
    fail("@{}: {} is missing. Run: apt-get install {}".format(ctx.name, path, package))

def _system_repository_impl(ctx):
    for path, package in ctx.attr.needs.items():
        if path.startswith("LIB/"):
            if not _lib_dir(ctx, path[len("LIB/"):]):
                _missing(ctx, path, package)
        elif not ctx.path(path).exists:
            _missing(ctx, path, package)
    for link, target in ctx.attr.links.items():
        if target.startswith("LIB/"):
            target = _lib_dir(ctx, target[len("LIB/"):]) + "/" + target[len("LIB/"):]
        ctx.symlink(target, link)
    for path, content in ctx.attr.files.items():
        ctx.file(path, content, executable = False)
    ctx.file("WORKSPACE", "workspace(name = \"{}\")\n".format(ctx.name), executable = False)
    if ctx.attr.build_file:
        ctx.symlink(ctx.attr.build_file, "BUILD.bazel")
    else:
        build = _PUBLIC + _LIBRARY.format(name = ctx.name, linkopts = repr(ctx.attr.linkopts), deps = [])
        ctx.file("BUILD.bazel", build, executable = False)

system_repository = repository_rule(
    implementation = _system_repository_impl,
    local = True,
    doc = "A repository with one BUILD file over what the system has installed.",
    attrs = {
        "build_file": attr.label(
            allow_single_file = True,
            doc = "None: the repository is one library, called as it is.",
        ),
        "files": attr.string_dict(doc = "More files to write: path to content."),
        "linkopts": attr.string_list(doc = "Of that library."),
        "links": attr.string_dict(doc = "Symbolic links: path to target; LIB/ is the library folder."),
        "needs": attr.string_dict(doc = "What must be there: path to the Debian package that has it."),
    },
)

def _parse_pc(text):
    """Returns (names of the required .pc files, linker flags) of one pkg-config file."""
    requires = []
    libs = []
    for line in text.splitlines():
        if line.startswith("Requires:"):
            for item in line[len("Requires:"):].split(","):
                words = item.strip().split(" ")
                if words[0]:
                    requires.append(words[0])
        elif line.startswith("Libs:"):
            for flag in line[len("Libs:"):].strip().split(" "):
                if flag and not flag.startswith("-L"):
                    libs.append(flag)
    return requires, libs

_ALIAS = """
alias(
    name = "{name}",
    actual = "//pc:{pc}",
)
"""

def _system_absl_impl(ctx):
    lib_dir = _lib_dir(ctx, "pkgconfig/absl_base.pc")
    if not lib_dir:
        _missing(ctx, "pkgconfig/absl_base.pc", "libabsl-dev")

    # One cc_library for each pkg-config file: they hold upstream's CMake targets one for one.
    known = {}
    for path in ctx.path(lib_dir + "/pkgconfig").readdir():
        if path.basename.startswith("absl_") and path.basename.endswith(".pc"):
            known[path.basename[:-len(".pc")]] = path
    build = _PUBLIC
    for pc in sorted(known.keys()):
        requires, libs = _parse_pc(ctx.read(known[pc]))
        build += _LIBRARY.format(
            name = pc,
            linkopts = repr(libs),
            deps = repr([":" + r for r in requires if r in known]),
        )
    ctx.file("pc/BUILD.bazel", build, executable = False)

    # Upstream's Bazel labels on top, as far as this version of Abseil has them.
    for package, targets in ABSL_TARGETS.items():
        build = _PUBLIC
        for name, pc in targets.items():
            if "absl_" + pc in known:
                build += _ALIAS.format(name = name, pc = "absl_" + pc)
        ctx.file("absl/{}/BUILD.bazel".format(package), build, executable = False)
    ctx.file("WORKSPACE", "workspace(name = \"{}\")\n".format(ctx.name), executable = False)

system_absl = repository_rule(
    implementation = _system_absl_impl,
    local = True,
    doc = "Abseil's Bazel labels over Debian's libabsl-dev.",
)

_PROTO_BZL = """# Protobuf has these rules here from version 29 on; Bazel 4.2.3 has them built in.
{0} = native.{0}
"""

def _define(rule, name, **kwargs):
    # Whoever uses this workspace may have another source of the same library.
    if not native.existing_rule(name):
        rule(name = name, **kwargs)

def system_libraries():
    """Defines the repositories of all system libraries, but for names that are taken already."""
    _define(system_absl, name = "com_google_absl")
    _define(
        system_repository,
        name = "com_google_protobuf",
        build_file = "@ladder//third_party:protobuf.BUILD",
        files = {
            "bazel/BUILD.bazel": "",
            "bazel/cc_proto_library.bzl": _PROTO_BZL.format("cc_proto_library"),
            "bazel/proto_library.bzl": _PROTO_BZL.format("proto_library"),
        },
        links = {
            "bin/protoc": "/usr/bin/protoc",
            "include/google/protobuf": "/usr/include/google/protobuf",
        },
        needs = {
            "/usr/bin/protoc": "protobuf-compiler",
            "/usr/include/google/protobuf/message.h": "libprotobuf-dev",
        },
    )
    _define(
        system_repository,
        name = "com_google_googletest",
        build_file = "@ladder//third_party:googletest.BUILD",
        needs = {
            "/usr/include/gmock/gmock.h": "libgmock-dev",
            "/usr/include/gtest/gtest.h": "libgtest-dev",
        },
    )
    _define(
        system_repository,
        name = "com_github_google_benchmark",
        build_file = "@ladder//third_party:benchmark.BUILD",
        needs = {"/usr/include/benchmark/benchmark.h": "libbenchmark-dev"},
    )

    # cblas.h for products of doubles, and LAPACK, which has no header. Debian's build picks its
    # kernels at run time (DYNAMIC_ARCH).
    _define(
        system_repository,
        name = "openblas",
        linkopts = ["-lopenblas"],
        needs = {"LIB/libopenblas.so": "libopenblas-dev"},
    )

    # dnnl.h; picks its kernels at run time. Its threads are those of GCC's OpenMP library.
    _define(
        system_repository,
        name = "onednn",
        linkopts = [
            "-ldnnl",
            "-lgomp",
        ],
        needs = {"LIB/libdnnl.so": "libdnnl-dev"},
    )
    _define(
        system_repository,
        name = "highway",
        build_file = "@ladder//third_party:highway.BUILD",
        needs = {"/usr/include/hwy/highway.h": "libhwy-dev"},
    )
    _define(
        system_repository,
        name = "zlib",
        linkopts = ["-lz"],
        needs = {"/usr/include/zlib.h": "zlib1g-dev"},
    )
    _define(
        system_repository,
        name = "libpng",
        linkopts = ["-lpng16"],
        needs = {"/usr/include/png.h": "libpng-dev"},
    )
    _define(
        system_repository,
        name = "turbojpeg",
        linkopts = ["-lturbojpeg"],
        needs = {"/usr/include/turbojpeg.h": "libturbojpeg0-dev"},
    )
    _define(
        system_repository,
        name = "libexif",
        linkopts = ["-lexif"],
        needs = {"/usr/include/libexif/exif-data.h": "libexif-dev"},
    )
    _define(
        system_repository,
        name = "libzip",
        linkopts = ["-lzip"],
        needs = {"/usr/include/zip.h": "libzip-dev"},
    )
    _define(
        system_repository,
        name = "nlohmann_json",
        build_file = "@ladder//third_party:json.BUILD",
        needs = {"/usr/include/nlohmann/json.hpp": "nlohmann-json3-dev"},
    )

"""What the tests of this tree have in common."""

load("@rules_cc//cc:defs.bzl", "cc_test")
load("//tensor:double.bzl", "double_test")

def ladder_test(name, deps = [], size = "small", double = False, single = True, **kwargs):
    """A GoogleTest program.

    Args:
      name: of the test; its twin in double is called NAME_double.
      deps: GoogleTest and its main function are added.
      size: Bazel's.
      double: whether it also runs with Real = double.
      single: whether it runs with Real = float: not where central differences would be too coarse.
      **kwargs: those of cc_test.
    """
    cc_test(
        name = name,
        size = size,
        tags = kwargs.pop("tags", []) + ([] if single else ["manual"]),
        deps = deps + ["@com_google_googletest//:gtest_main"],
        **kwargs
    )
    if double:
        double_test(
            name = name + "_double",
            size = size,
            actual = ":" + name,
        )

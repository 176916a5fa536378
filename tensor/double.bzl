"""Builds a target and all that it depends on with Real = double (tensor/tensor.h)."""

# Bazel 4 compares settings by the text of their labels, and Label knows how this repository is
# called from where the build runs: "//tensor:real" at home, "@ladder//tensor:real" abroad.
_REAL = str(Label("//tensor:real"))

def _double_transition_impl(settings, attr):
    return {_REAL: "double"}

_double_transition = transition(
    implementation = _double_transition_impl,
    inputs = [],
    outputs = [_REAL],
)

def _in_double_impl(ctx):
    # An outgoing edge with a transition is a list, even of one target.
    actual = ctx.attr.actual[0]
    executable = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.symlink(
        output = executable,
        target_file = actual[DefaultInfo].files_to_run.executable,
        is_executable = True,
    )
    return [DefaultInfo(
        executable = executable,
        runfiles = actual[DefaultInfo].default_runfiles,
    )]

_ATTRS = {
    "actual": attr.label(
        doc = "The cc_test or cc_binary.",
        cfg = _double_transition,
        executable = True,
        mandatory = True,
    ),
    "_allowlist_function_transition": attr.label(
        default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
    ),
}

double_test = rule(
    implementation = _in_double_impl,
    attrs = _ATTRS,
    test = True,
    doc = "The test `actual`, built with Real = double.",
)

double_binary = rule(
    implementation = _in_double_impl,
    attrs = _ATTRS,
    executable = True,
    doc = "The program `actual`, built with Real = double.",
)

"""The build setting behind @ladder//tensor:real."""

def _real_impl(ctx):
    value = ctx.build_setting_value
    if value not in ["float", "double"]:
        fail("{} is \"float\" or \"double\", got \"{}\"".format(ctx.label, value))

real = rule(
    implementation = _real_impl,
    build_setting = config.string(flag = True),
)

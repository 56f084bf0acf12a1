from sambang.insight.engine_command import EngineCommand


class Command(EngineCommand):
    name = "effect"
    help = "Effect of coaching by group and time, with its verdict"

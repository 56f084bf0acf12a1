from sambang.insight.engine_command import EngineCommand


class Command(EngineCommand):
    name = "index"
    help = "Monthly index of production from files of reports, with its interval"

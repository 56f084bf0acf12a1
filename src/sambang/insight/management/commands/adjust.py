from sambang.insight.engine_command import EngineCommand


class Command(EngineCommand):
    name = "adjust"
    help = "A monthly series without season and Lebaran"

"""What the tests of tables load and ask: some hours of weather."""

import math

from fstore_serving import WithServer

HOURS = [f"2013-07-01T{hour:02}:00:00Z" for hour in range(4)]
RECORDS = [
    {"origin": "JFK", "time_hour": HOURS[0], "temp": 70.0, "count": 1, "cloudy": True, "name": "a"},
    {"origin": "JFK", "time_hour": HOURS[2], "temp": 72.0, "count": None, "cloudy": False, "name": "b"},
    {"origin": "EWR", "time_hour": HOURS[1], "temp": math.nan, "count": 2**53 + 1, "cloudy": None, "name": None},
]
FEATURES = ["temp", "count", "cloudy", "name"]
QUESTIONS = [("JFK", HOURS[3]), ("JFK", HOURS[1]), ("EWR", HOURS[3]), ("LGA", HOURS[3])]
ANSWERS = {
    "temp": [72.0, 70.0, None, None],
    "count": [1, 1, 2**53 + 1, None],
    "cloudy": [False, True, None, None],
    "name": ["b", "a", None, None],
}


class WithTables(WithServer):
    def tearDown(self):
        for entity in ("JFK", "EWR", "LGA", "1", "2"):
            self.client.erase_entity(entity)

    def load(self, data=RECORDS, **options):
        return self.client.write(data, **{"entity": "origin", "time": "time_hour", "create": True, **options})

    def ask(self, rows, **options):
        return self.client.training(rows, **{"entity": "origin", "time": "as_of", "features": FEATURES, **options})

"""Makes a Feast repository in the current directory and writes values.json to its online store.

Run with the Python of the environment that has Feast, beside feature_store.yaml.
"""

import datetime
import json
from pathlib import Path

import pandas
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

given = json.loads(Path("values.json").read_text())
features = given["features"]
frame = pandas.DataFrame(given["rows"], columns=features)
frame["driver"] = given["entities"]
frame["event_timestamp"] = pandas.Timestamp(given["event_time"])
frame.to_parquet("values.parquet")

driver = Entity(name="driver", value_type=ValueType.STRING)
view = FeatureView(
    name="stats",
    entities=[driver],
    ttl=datetime.timedelta(0),
    schema=[Field(name=name, dtype=Float64) for name in features],
    source=FileSource(path="values.parquet", timestamp_field="event_timestamp"),
)
store = FeatureStore(repo_path=".")
store.apply([driver, view])
store.write_to_online_store("stats", df=frame)

from iv_ingestion import IVIngestionClient

client = IVIngestionClient(
    base_url="http://localhost:8000/api/v1",
    api_key="your-api-key"
)

# Start ingestion
response = client.ingestion.start()
print(f"Job ID: {response['data']['job_id']}")

# Query data
data = client.data.query(
    filters={"source": "source_1"},
    pagination={"page": 1, "limit": 100}
)
print(f"Found {len(data['data']['records'])} records")

import { IVIngestionClient } from '@iv-ingestion/client';

const client = new IVIngestionClient({
  baseUrl: 'http://localhost:8000/api/v1',
  apiKey: 'your-api-key'
});

// Start ingestion
const response = await client.ingestion.start();
console.log(`Job ID: ${response.data.job_id}`);

// Query data
const data = await client.data.query({
  filters: { source: 'source_1' },
  pagination: { page: 1, limit: 100 }
});
console.log(`Found ${data.data.records.length} records`);

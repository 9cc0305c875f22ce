// The raw typed client, for what the model leaves out: every field as the vendor publishes it.
//   node --import tsx examples/raw-client.ts
import { createTykClient } from 'export-jobs/tyk'

const { TYK_BASE_URL = '', TYK_TOKEN = '', EXPORT_ID = '' } = process.env

const client = createTykClient({ baseUrl: TYK_BASE_URL, token: TYK_TOKEN })

// The same token, limits, timeouts and retries as client.get. A refusal is a value here, not an exception;
// no answer at all still is one.
const { data, error, response } = await client.api.GET('/exports/{id}', {
  params: { path: { id: EXPORT_ID } },
})

if (error) {
  console.log(`HTTP ${response.status}: ${JSON.stringify(error)}`)
  process.exitCode = 1
} else {
  // Unchecked and untranslated: `processing` is Tyk's word, and 0 may mean "not counted yet".
  const { status, source_type, source_id, total_records } = data.attributes ?? {}
  console.log(`${status}: ${source_type} ${source_id}, ${total_records} records`)
}

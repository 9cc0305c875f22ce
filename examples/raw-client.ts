// The raw typed client, for what `ExportJob` leaves out: every field that the vendor documents.
//   node --import tsx examples/raw-client.ts
import { createTykClient } from 'export-jobs/tyk'

const { TYK_BASE_URL = '', TYK_TOKEN = '', EXPORT_ID = '' } = process.env

const client = createTykClient({ baseUrl: TYK_BASE_URL, token: TYK_TOKEN })

// The same token, limits, timeouts and retries as client.get. An error status sets `error`; without a response, it throws.
const { data, error, response } = await client.api.GET('/exports/{id}', {
  params: { path: { id: EXPORT_ID } },
})

if (error) {
  console.log(`HTTP ${response.status}: ${JSON.stringify(error)}`)
  process.exitCode = 1
} else {
  // Not checked, not mapped: `processing` is Tyk's status, and 0 may mean "not counted yet".
  const { status, source_type, source_id, total_records } = data.attributes ?? {}
  console.log(`${status}: ${source_type} ${source_id}, ${total_records} records`)
}

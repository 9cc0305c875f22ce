import { waitForCompletion } from 'export-jobs'
import { createVendorSimulator } from 'export-jobs/testing'
import { createTykClient } from 'export-jobs/tyk'

// In this runtime itself, as the tests of a user would have it.
const simulator = createVendorSimulator({ pending: 0, running: 20 })
const server = await simulator.listen()
const client = createTykClient({ baseUrl: simulator.tyk.baseUrl(server.origin), token: simulator.tyk.token })
const id = simulator.tyk.add()
simulator.tyk.fail({ status: 503 }, 'reset')
const job = await waitForCompletion(client, id, { schedule: () => 10 })
await server.close()
console.log(job.status, simulator.requests.length > 2)

// A process of DBOS. It recovers what an earlier one has left, waits for an export, and says how that ended.
import { DBOS } from '@dbos-inc/dbos-sdk'
import { startWait, waitKey } from 'export-jobs'
import { createTykClient } from 'export-jobs/tyk'
import { registerWait } from '../recipes/dbos.ts'

const [systemDatabaseUrl = '', baseUrl = '', id = ''] = process.argv.slice(2)
const client = createTykClient({ baseUrl, token: 'a-token' })
const waitForExport = registerWait(client)
DBOS.setConfig({ name: 'exports', systemDatabaseUrl, logLevel: 'error' })
await DBOS.launch()
const handle = await DBOS.startWorkflow(waitForExport, { workflowID: waitKey(client, id) })(startWait(id))
console.log(JSON.stringify(await handle.getResult()))
await DBOS.shutdown()

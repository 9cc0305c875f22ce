import { createServer } from 'node:http2'
import { createEndpointHandler } from '@restatedev/restate-sdk'
import { startWait, waitKey } from 'export-jobs'
import { createTykClient } from 'export-jobs/tyk'
import { expect, onTestFinished, test, vi } from 'vitest'
import { freePort } from '../engines/support/redis.ts'
import { startVendor } from '../engines/support/vendor.ts'
import { createWaitWorkflow } from './recipes/restate.ts'
import { isRestateInstalled, json, startRestate } from './support/restate.ts'

test.skipIf(!isRestateInstalled)(
  'a server that is killed while the workflow sleeps loses nothing',
  async () => {
    const vendor = await startVendor({ takes: () => 900 })
    onTestFinished(vendor.close)
    const client = createTykClient({ baseUrl: vendor.baseUrl, token: 'a-token' })
    const port = await freePort()
    const services = createServer(
      createEndpointHandler({ services: [createWaitWorkflow(client)], logger: () => {} }),
    )
    services.listen(port, '127.0.0.1')
    onTestFinished(() => void services.close())
    const restate = await startRestate()
    onTestFinished(restate.stop)
    await restate.register(`http://127.0.0.1:${port}`)
    const key = waitKey(client, 'e1')
    await fetch(`${restate.ingress}/waitForExport/${key}/run/send`, json(startWait('e1')))
    await vi.waitFor(async () => expect(await restate.journal()).toContain('Command: Sleep'), 30_000)
    await restate.crash()
    const end = await fetch(`${restate.ingress}/restate/workflow/waitForExport/${key}/attach`)
    expect(await end.json()).toMatchObject({ outcome: 'completed', state: { polls: 2 } })
  },
)

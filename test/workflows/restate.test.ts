import { createServer } from 'node:http2'
import { createEndpointHandler } from '@restatedev/restate-sdk'
import { startWait, waitKey } from 'export-jobs'
import { createTykClient } from 'export-jobs/tyk'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../engines/support/redis.ts'
import { startVendor } from '../engines/support/vendor.ts'
import { createWaitWorkflow } from './recipes/restate.ts'
import { isRestateInstalled, startRestate } from './support/restate.ts'

test.skipIf(!isRestateInstalled)('polls, sleeps, polls, and returns the end', async () => {
  const vendor = await startVendor({ takes: () => 900 })
  onTestFinished(vendor.close)
  const client = createTykClient({ baseUrl: vendor.baseUrl, token: 'a-token' })
  const port = await freePort()
  const services = createServer(createEndpointHandler({ services: [createWaitWorkflow(client)] }))
  services.listen(port, '127.0.0.1')
  onTestFinished(() => void services.close())
  const restate = await startRestate()
  onTestFinished(restate.stop)
  await restate.register(`http://127.0.0.1:${port}`)
  const answer = await fetch(`${restate.ingress}/waitForExport/${waitKey(client, 'e1')}/run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(startWait('e1')),
  })
  expect(await answer.json()).toMatchObject({ outcome: 'completed', state: { polls: 2 } })
  expect(vendor.times).toHaveLength(2)
})

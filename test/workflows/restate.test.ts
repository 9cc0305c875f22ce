import { createServer } from 'node:http2'
import { createEndpointHandler } from '@restatedev/restate-sdk'
import { startWait, waitKey } from 'export-jobs'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../engines/support/redis.ts'
import { createWaitWorkflow } from './recipes/restate.ts'
import { createClient } from './support/client.ts'
import { isRestateInstalled, startRestate } from './support/restate.ts'

test.skipIf(!isRestateInstalled)('polls, sleeps, polls, and returns the end', async () => {
  const { client, polls } = createClient(2)
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
  expect(polls.get('e1')).toBe(2)
})

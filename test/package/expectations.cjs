const assert = require('node:assert/strict')

// For every vendor: no request is made for a ref that cannot be, so this must not be called.
const fetch = () => assert.fail('a request was made')
const options = {
  baseUrl: 'https://vendor.example/api',
  token: 'token',
  organizationId: 'organization',
  fetch,
}
// An object for the vendor that wants one, with an id that climbs; no string for the others.
const badRef = { exportId: '..', runId: '..' }

const factoryOf = (entry) =>
  Object.entries(entry).find(([name]) => /^create\w+Client$/.test(name) && name !== 'createTypedClient')?.[1]

/** The errors of all vendors' clients, from one set of entries: `{ 'export-jobs': …, 'export-jobs/tyk': … }`. */
async function collectErrors(entries) {
  const errors = []
  for (const [name, entry] of Object.entries(entries)) {
    const createClient = factoryOf(entry)
    if (!createClient) continue
    const client = createClient(options)
    assert.equal(client.vendor, name.split('/')[1])
    errors.push(await client.get(badRef).catch((error) => error))
    errors.push(
      await entries['export-jobs']
        .waitForCompletion(client, badRef, { timeout: '2s' })
        .catch((error) => error),
    )
  }
  assert.ok(errors.length >= 8, `only ${errors.length / 2} vendors were found`)
  return errors
}

/** One copy of each class, whichever entry it came through. */
async function checkSharedErrors(entries) {
  const { ConfigurationError, ExportJobsError, isExportJobsError } = entries['export-jobs']
  for (const error of await collectErrors(entries)) {
    assert.ok(error instanceof ConfigurationError, `not the ConfigurationError of the main entry: ${error}`)
    assert.ok(error instanceof ExportJobsError)
    assert.ok(isExportJobsError(error))
    assert.equal(error.code, 'invalid-ref')
  }
}

/** A whole wait against the simulator, over HTTP. */
async function checkSimulator({ createVendorSimulator }, { createTykClient }, { waitForCompletion }) {
  const simulator = createVendorSimulator()
  const server = await simulator.listen()
  try {
    const baseUrl = simulator.tyk.baseUrl(server.origin)
    const client = createTykClient({ baseUrl, token: simulator.tyk.token })
    const ref = simulator.tyk.add({ pending: 5, running: 20, records: 7 })
    const job = await waitForCompletion(client, ref, { schedule: { minDelay: 10 }, timeout: '20s' })
    assert.equal(job.status, 'completed')
    assert.equal(job.totalRecords, 7)
  } finally {
    await server.close()
  }
}

/** What works where msw, the optional peer, is not installed. */
async function checkWithoutMsw({ badIds, conformance, createVendorSimulator, createVirtualClock }) {
  const clock = createVirtualClock({ auto: true })
  await clock.sleep(1000)
  assert.equal(clock.now(), 1000)
  const respond = () => new Response('{}')
  const options = { createClient: () => ({ vendor: 'own' }), respond, refs: { completed: 'id' } }
  assert.ok(conformance(options).length > badIds.length)
  const simulator = createVendorSimulator({ pending: 0, running: 0 })
  const url = `${simulator.tyk.baseUrl()}/exports/${simulator.tyk.add()}`
  const headers = { authorization: `Bearer ${simulator.tyk.token}` }
  assert.equal((await simulator.fetch(url, { headers })).status, 200)
  assert.throws(() => simulator.handlers, /npm install --save-dev msw/)
}

module.exports = { collectErrors, checkSharedErrors, checkSimulator, checkWithoutMsw }

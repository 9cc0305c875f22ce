import { startWait, waitForCompletion } from 'export-jobs'
import { anacondaServiceAccount } from 'export-jobs/anaconda'
import { didomiApiKey } from 'export-jobs/didomi'
import { type Case, caught, check, expect } from '../harness.ts'
import { refs, vendorNames, type World } from '../world.ts'

const canary = 'canary-of-a-secret-0123456789'
// What a download URL is signed with, and the words of a page.
const canaries = [canary, 'canary-signature-0123456789', 'canary-of-a-page']

const faults = [
  'reset-before-headers',
  'end-in-headers',
  'not-http',
  'stalled-headers',
  'reset-in-body',
  'html',
  'no-status',
  'deep',
  'bomb',
  'redirect-302',
  'limited',
  'echo-200',
  'echo-401',
  'echo-422',
  'echo-500',
]

type Inspect = (value: unknown, options: object) => string

/** What this runtime's own console would print, of all that it has to print with. */
async function inspectors(): Promise<Inspect[]> {
  const { Bun, Deno } = globalThis as { Bun?: { inspect: Inspect }; Deno?: { inspect: Inspect } }
  const util = await import('node:util').catch(() => undefined)
  return [util?.inspect as Inspect, Bun?.inspect, Deno?.inspect].filter((each) => each !== undefined)
}

async function everythingOf(value: unknown): Promise<string> {
  const parts = [String(value), JSON.stringify(value)]
  for (const inspect of await inspectors()) parts.push(inspect(value, { showHidden: true, depth: 12 }))
  for (let link = value; link instanceof Error; link = link.cause) {
    parts.push(link.message, String(link.stack), String(link))
    for (const key of Reflect.ownKeys(link)) parts.push(String(Reflect.get(link, key)))
  }
  return parts.join('\n')
}

async function hides(...values: unknown[]): Promise<void> {
  for (const value of values) {
    const text = await everythingOf(value)
    for (const each of canaries) check(!text.includes(each), `${each} is shown: ${text.slice(0, 2_000)}`)
  }
}

export const secrets = (world: World): Case[] => [
  ...faults.map((fault) => ({
    name: `secrets: ${fault}, of each vendor`,
    async run() {
      for (const vendor of vendorNames) {
        const events: unknown[] = []
        const client = world.client(vendor, {
          baseUrl: world.fault(fault).baseUrl,
          token: canary,
          headers: { 'x-secret-key': canary },
          retries: 0,
          timeout: fault === 'stalled-headers' ? 60 : '5s',
          onRequest: (event) => events.push(event),
        })
        const error = await caught(client.get(refs[vendor]))
        check(typeof error.code === 'string', `${error}`)
        await hides(error, client, events)
      }
    },
  })),
  {
    name: 'secrets: an untrusted certificate, nobody there',
    async run() {
      for (const baseUrl of [world.settings.untrusted, world.settings.nobody, 'https://nowhere.invalid'])
        await hides(await caught(world.tyk({ baseUrl, token: canary, retries: 0 }).get('exp-1')))
    },
  },
  {
    name: 'secrets: the error and the state of a wait',
    async run() {
      const client = world.tyk({ baseUrl: world.fault('echo-422').baseUrl, token: canary })
      const error = await caught(waitForCompletion(client, 'exp-1'))
      expect(error, { name: 'WaitError', reason: 'refused' })
      await hides(error, error.state, startWait('exp-1'))
    },
  },
  {
    name: 'secrets: a signed address that fails',
    async run() {
      const client = world.anaconda({ baseUrl: world.fault('signed').baseUrl, token: canary, retries: 0 })
      const id = refs.anaconda as string
      const job = await client.get(id)
      check(
        job.status === 'completed' && (job.download?.url?.includes(canaries[1] ?? '') ?? false),
        'no signed URL',
      )
      await hides(await caught(client.openDownload(id)))
    },
  },
  ...[`${canary}\n`, ` ${canary}`, `${canary}\u20ac`].map((token) => ({
    name: `secrets: the token ${JSON.stringify(token.replace(canary, '…'))} is refused`,
    async run() {
      const refused = (run: () => unknown) => caught((async () => run())())
      const errors = [
        await refused(() => world.tyk({ token })),
        await refused(() => world.tyk({ headers: { 'x-secret': token.replace(' ', '\r') } })),
      ]
      for (const error of errors) expect(error, { name: 'ConfigurationError', code: 'invalid-option' })
      const given = await refused(() => world.tyk({ token: () => token, retries: 0 }).get('exp-1'))
      expect(given, { name: 'TransportError', code: 'network' })
      await hides(...errors, given)
    },
  })),
  {
    name: 'secrets: a token function that throws',
    async run() {
      const token = () => {
        throw new Error(`no login with ${canary}`)
      }
      const error = await caught(world.tyk({ token, retries: 0 }).get('exp-1'))
      expect(error, { name: 'TransportError', code: 'network' })
      await hides(error)
    },
  },
  {
    name: 'secrets: what tokens are made from',
    async run() {
      const account = { clientId: 'client', clientSecret: canary }
      const key = { key: 'key-of-somebody', secret: canary }
      for (const fault of ['echo-401', 'echo-422', 'html']) {
        const { baseUrl } = world.fault(fault)
        for (const token of [
          anacondaServiceAccount({ ...account, baseUrl }),
          didomiApiKey({ ...key, baseUrl }),
        ])
          await hides(await caught(world.tyk({ token, retries: 0 }).get('exp-1')), token)
      }
    },
  },
]

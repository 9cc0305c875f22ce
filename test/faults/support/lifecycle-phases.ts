import { setImmediate as turn } from 'node:timers/promises'
import { type ExportClient, type ExportJob, type WaitOptions, waitForCompletion } from '../../../src/index.ts'
import { anacondaServiceAccount } from '../../../src/vendors/anaconda.ts'
import { didomiApiKey } from '../../../src/vendors/didomi.ts'
import { secretToken, type VendorName } from '../../support/vendors.ts'
import { byHand, type Reply, type Stage } from './lifecycle-stage.ts'

type Client = ExportClient<unknown, ExportJob>
type Ask = (client: Client, stage: Stage, options: WaitOptions<ExportJob>) => Promise<unknown>

/** A call that is where it is to be aborted. */
export interface Reached {
  readonly client: Client
  readonly call: Promise<unknown>
  /** Calls that the abort is no business of: they complete. */
  readonly others?: readonly Promise<unknown>[]
  /** Looks that those have still to take. */
  readonly toCome?: number
  /** The client has nothing to give for an hour, abort or not. */
  readonly isSpent?: boolean
}

/** Brings a call to where it is to be aborted. */
export type Phase = (stage: Stage, controller: AbortController) => Promise<Reached>

/** The reason of all aborts. */
export const reason = new Error('enough')

/** Nothing ends by itself. */
export const patient = { schedule: { minDelay: '1h', maxDelay: '1h' }, timeout: '2h' } as const

/** Waits, an hour between two looks. */
export const wait: Ask = (client, { ref }, options) =>
  waitForCompletion(client, ref, { ...patient, ...options })
const get: Ask = (client, { ref }, { signal }) => client.get(ref, { signal, retries: 0 })

/** Lets everything go on that can, over loopback too. */
export async function rest(): Promise<void> {
  for (let count = 0; count < 25; count++) await turn()
}

/** Both a wait and a `get` can be here. */
const requestPhases = {
  'before the call': async (ask, stage, controller) => {
    controller.abort(reason)
    const client = stage.createClient()
    return { client, call: ask(client, stage, { signal: controller.signal }) }
  },

  'while a token function is pending': async (ask, stage, { signal }) => {
    const asked = byHand()
    let count = 0
    const token = () => {
      asked.resolve()
      return count++ === 0 ? new Promise<string>(() => {}) : secretToken
    }
    const client = stage.createClient({ token })
    const call = ask(client, stage, { signal })
    await asked.promise
    return { client, call }
  },

  'while a token is renewed': async (ask, stage, { signal }) => {
    stage.script(401)
    const renewal = byHand()
    const token = ({ refresh }: { refresh: boolean }) => {
      if (!refresh) return secretToken
      renewal.resolve()
      return new Promise<string>(() => {})
    }
    const client = stage.createClient({ token })
    const call = ask(client, stage, { signal })
    await renewal.promise
    return { client, call }
  },

  'in the renewal of a token that another shares': async (ask, stage, { signal }) => {
    stage.script(401)
    const renewal = byHand()
    const token = ({ refresh }: { refresh: boolean }) => {
      if (!refresh) return secretToken
      renewal.resolve()
      return stage.released.then(() => 'another-secret-token')
    }
    const client = stage.createClient({ token })
    const others = [client.get(stage.ref, { retries: 1 })]
    await renewal.promise
    const call = ask(client, stage, { signal })
    await new Promise((resolve) => setImmediate(resolve))
    return { client, call, others, toCome: 1 }
  },

  'in the queue for room': async (ask, stage, { signal }) => {
    const client = stage.createClient()
    const others = [client.get(stage.ref, { retries: 1 })]
    await stage.asked(1)
    return { client, call: ask(client, stage, { signal }), others }
  },

  'in the queue for the rate limit': async (ask, stage, { signal }) => {
    stage.script('running')
    const client = stage.createClient({ rateLimit: { requests: 1, per: '1h' } })
    await client.get(stage.ref)
    return { client, call: ask(client, stage, { signal }), isSpent: true }
  },

  'while waiting for the headers': inAnswer('nothing'),
  'in the headers': inAnswer('half a head'),
  'in the body': inAnswer('half a body'),
} satisfies Record<string, (ask: Ask, ...given: Parameters<Phase>) => Promise<Reached>>

function inAnswer(reply: Reply) {
  return async (ask: Ask, stage: Stage, { signal }: AbortController): Promise<Reached> => {
    stage.script(reply)
    const client = stage.createClient()
    const call = ask(client, stage, { signal })
    await stage.asked(1)
    return { client, call }
  }
}

const ownPhases: Record<string, Phase> = {
  async 'a get in the pause before another attempt'(stage, { signal }) {
    stage.script(503)
    const failed = byHand()
    const client = stage.createClient({ onRequest: failed.resolve })
    const call = client.get(stage.ref, { signal, retries: 2 })
    await failed.promise
    return { client, call }
  },

  'a wait in the sleep after a poll': inSleep('running'),
  'a wait in the sleep after a poll that failed': inSleep(503),

  async 'a wait in the crowd of those begun in one tick'(stage, { signal }) {
    const client = stage.createClient()
    const others = Array.from({ length: 100 }, () => wait(client, stage, {}))
    return { client, call: wait(client, stage, { signal }), others }
  },

  'a wait in a look that another wait shares': inShared(wait),
}

function inSleep(reply: Reply): Phase {
  return async (stage, { signal }) => {
    stage.script(reply)
    const polled = byHand()
    const client = stage.createClient()
    const call = wait(client, stage, { signal, onUpdate: polled.resolve })
    await polled.promise
    return { client, call }
  }
}

function inShared(ask: Ask): Phase {
  return async (stage, { signal }) => {
    const client = stage.createClient()
    const others = [ask(client, stage, {})]
    const call = ask(client, stage, { signal })
    await stage.asked(1)
    return { client, call, others }
  }
}

const phasesOfSome: Partial<Record<VendorName, Record<string, Phase>>> = {
  anaconda: {
    'a get while the token of its service account is fetched': inLogin((baseUrl) =>
      anacondaServiceAccount({ clientId: 'client-1', clientSecret: 'client-secret-1', baseUrl }),
    ),
  },
  didomi: {
    'a get while the token of its API key is fetched': inLogin((baseUrl) =>
      didomiApiKey({ key: 'api-key-1', secret: 'api-secret-1', baseUrl }),
    ),
    'a get in a page that another get shares': inShared(get),
  },
}

function inLogin(createToken: (baseUrl: string) => ReturnType<typeof didomiApiKey>): Phase {
  return async (stage, { signal }) => {
    const client = stage.createClient({ token: createToken(`http://127.0.0.1:${stage.port}`) })
    const call = get(client, stage, { signal })
    await stage.asked(1)
    return { client, call }
  }
}

/** All that a call to this vendor can be in. */
export function phasesOf(vendor: VendorName): [name: string, phase: Phase][] {
  const both = Object.entries(requestPhases).flatMap(([name, phase]): [string, Phase][] => [
    [`a wait ${name}`, (...given) => phase(wait, ...given)],
    [`a get ${name}`, (...given) => phase(get, ...given)],
  ])
  return [...both, ...Object.entries(ownPhases), ...Object.entries(phasesOfSome[vendor] ?? {})]
}

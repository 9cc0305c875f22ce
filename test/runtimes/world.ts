import type { ExportClient, ExportJob } from 'export-jobs'
import { createAnacondaClient } from 'export-jobs/anaconda'
import { createDidomiClient } from 'export-jobs/didomi'
import { createLoyaltyDogClient } from 'export-jobs/loyaltydog'
import { createTykClient, type TykClientOptions } from 'export-jobs/tyk'
import { check } from './harness.ts'

export const vendorNames = ['tyk', 'anaconda', 'loyaltydog', 'didomi'] as const
export type VendorName = (typeof vendorNames)[number]

/** Where the servers are that a runtime under test talks to. */
export interface Settings {
  readonly vendors: Readonly<Record<VendorName, { readonly baseUrl: string; readonly token: string }>>
  readonly anacondaAccount: { readonly clientId: string; readonly clientSecret: string }
  readonly didomiKey: { readonly key: string; readonly secret: string }
  /** The first part of a path says what goes wrong. */
  readonly faults: string
  /** A port where nobody listens. */
  readonly nobody: string
  /** An https server whose certificate nobody has signed. */
  readonly untrusted: string
}

/** What a server saw under one address. */
interface Seen {
  readonly requests: {
    readonly method: string
    readonly path: string
    readonly headers: Record<string, string>
  }[]
  /** Connections still open on which a request came. */
  readonly open: number
}

type Options = Partial<Omit<TykClientOptions, 'fetch'>>

/** Any vendor's client, for any of its exports. */
export type AnyClient = ExportClient<unknown, ExportJob>

/** The servers as the cases see them. */
export async function openWorld(control: string) {
  const ask = async (path: string) => (await fetch(`${control}/${path}`)).json()
  const settings: Settings = await ask('settings')
  let count = 0

  return {
    settings,
    /** Puts an export at a simulated vendor. */
    add: (vendor: VendorName, script: object = {}): Promise<unknown> =>
      ask(`add/${vendor}?script=${encodeURIComponent(JSON.stringify(script))}`),
    /** An address of its own under which this goes wrong, and what the server saw there. */
    fault(name: string) {
      const key = `${name}~${++count}`
      return {
        baseUrl: `${settings.faults}/${key}`,
        seen: (): Promise<Seen> => ask(`seen/${key}`),
        seenElsewhere: (): Promise<Seen> => ask(`seen/${key}?elsewhere`),
        /** The same under another fault's name, as the target of a redirect has. */
        seenAs: (other: string): Promise<Seen> => ask(`seen/${other}~${key}`),
        /** Resolves when a request is there. */
        reached: () => until(async () => (await ask(`seen/${key}`)).requests.length > 0, 'no request came'),
        /** Resolves when the server has no connection left. */
        abandoned: () =>
          until(async () => (await ask(`seen/${key}`)).open === 0, 'the connection is still open'),
      }
    },
    client: (vendor: VendorName, options: Options = {}): AnyClient =>
      clients[vendor]({ ...settings.vendors[vendor], ...options }) as unknown as AnyClient,
    tyk: (options: Options = {}) => createTykClient({ ...settings.vendors.tyk, ...options }),
    anaconda: (options: Options = {}) => createAnacondaClient({ ...settings.vendors.anaconda, ...options }),
    loyaltydog: (options: Options = {}) =>
      createLoyaltyDogClient({ ...settings.vendors.loyaltydog, ...options }),
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

const clients = {
  tyk: createTykClient,
  anaconda: createAnacondaClient,
  loyaltydog: createLoyaltyDogClient,
  didomi: (options: TykClientOptions) => createDidomiClient({ ...options, organizationId: 'org-1' }),
}

/** A ref that the client of a vendor takes, of an export that no simulator holds. */
export const refs: Readonly<Record<VendorName, unknown>> = {
  tyk: 'exp-1',
  anaconda: '0f8fad5b-d9cb-469f-a165-70867728950e',
  loyaltydog: 'task-1',
  didomi: { exportId: 'export-1', runId: 'run-1' },
}

async function until(holds: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return
    await pause(20)
  }
  check(false, otherwise)
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** A wait that polls quickly. */
export const quickly = { schedule: () => 15, timeout: '8s' } as const

import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createVendorSimulator, type JobScript, type VendorSimulator } from '../../src/testing/index.ts'
import { type Finished, type Project, root, run } from '../support/readme-programs.ts'
import type { Sample } from '../support/samples.ts'

/** What happens when a sample is run: with what export, and what it prints. */
export interface Case {
  /** What `EXPORT_ID` names. Default: an export that is done. */
  export?: JobScript
  environment?: Record<string, string>
  /** Files that are there already, by name. */
  files?: Record<string, string>
  prepare?: (simulator: VendorSimulator) => void
  stdout: RegExp
  stderr?: RegExp
  /** Default 0. */
  code?: number
}

/** The four vendors behind a real port, and the environment of somebody who uses them. */
export async function startVendors(folder: string, script: JobScript = {}) {
  const simulator = createVendorSimulator({ pending: 0, running: 0 })
  const { tyk, anaconda, loyaltydog, didomi } = simulator
  const server = await simulator.listen()
  const { origin } = server
  const tokenPath = join(folder, crypto.randomUUID())
  writeFileSync(tokenPath, `${tyk.token}\n`, { mode: 0o600 })
  const environment = {
    TYK_BASE_URL: tyk.baseUrl(origin),
    TYK_TOKEN: tyk.token,
    TYK_TOKEN_PATH: tokenPath,
    EXPORT_ID: tyk.add({ id: 'exp-1', ...script }),
    ANACONDA_CLIENT_ID: anaconda.credentials.clientId,
    ANACONDA_CLIENT_SECRET: anaconda.credentials.clientSecret,
    ANACONDA_ORGANIZATION: 'org-1',
    LOYALTYDOG_TOKEN: loyaltydog.token,
    DIDOMI_KEY: didomi.credentials.key,
    DIDOMI_SECRET: didomi.credentials.secret,
    DIDOMI_ORGANIZATION_ID: 'org-1',
  }
  return { simulator, origin, environment, [Symbol.asyncDispose]: server.close }
}

/**
 * The vendor of the samples that is none of the four: its exports are done, and their file is a line of CSV. It lists
 * them in two pages, and gives tokens to everybody.
 */
async function startAcme() {
  const server = createServer(({ method, url = '' }, response) => {
    const answer = (body: object) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(body))
    }
    const job = { state: 'done', percent: 100, file_url: 'https://api.acme.example/v1/file' }
    if (url.endsWith('/file')) response.end('a,b\n')
    else if (url.endsWith('/token')) answer({ access_token: 'acme-token', expires_in: 60 })
    else if (url.endsWith('/list?after=second')) answer({ items: [{ id: 'a1', ...job }], next: null })
    else if (url.endsWith('/list')) answer({ items: [{ id: 'a0', ...job }], next: 'second' })
    else answer({ id: method === 'POST' ? 'a1' : url.split('/').at(-1), ...job })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, [Symbol.dispose]: () => void server.close() }
}

/** Where a sample lies in a project: one that names its file in its first line can be imported by others. */
export const fileOf = (project: Project, { name, language, code }: Sample): string => {
  const [, own] = /^\/\/ (acme[\w.]*)\.ts\n/.exec(code) ?? []
  return join(project.folder, `${own ?? name.replaceAll(/[^\w]+/g, '-').toLowerCase()}.${language}`)
}

/** Runs a sample against vendors of its own. */
export async function runSample(project: Project, file: string, each: Case): Promise<Finished> {
  await using vendors = await startVendors(project.folder, each.export)
  each.prepare?.(vendors.simulator)
  using acme = await startAcme()
  const { anaconda, loyaltydog, didomi } = vendors.simulator
  const elsewhere = [anaconda, loyaltydog, didomi].map((vendor) => [
    vendor.baseUrl(),
    vendor.baseUrl(vendors.origin),
  ])
  elsewhere.push(['https://api.acme.example/v1', acme.origin])
  const preload = pathToFileURL(join(root, 'test/support/elsewhere.ts')).href
  const folder = mkdtempSync(join(project.folder, 'run-'))
  for (const [name, text] of Object.entries(each.files ?? {})) writeFileSync(join(folder, name), text)
  return await run(
    ['--import', preload, file],
    { ...project, folder },
    {
      ...vendors.environment,
      ACME_TOKEN: 'acme-token',
      SAMPLES_ELSEWHERE: JSON.stringify(elsewhere),
      ...each.environment,
    },
  ).finished
}

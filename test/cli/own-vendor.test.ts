import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { serve } from '../../src/testing/transports.ts'
import { runHere } from './world.ts'

const acme = fileURLToPath(new URL('./acme.ts', import.meta.url))

/** Acme behind a real port: what it is started with is done at the second look. */
async function startAcme() {
  const seen: {
    path: string
    key: string | null
    team: string | null
    secret: string | null
    body: unknown
  }[] = []
  let looks = 0
  const server = await serve(async (request) => {
    const { pathname } = new URL(request.url)
    const header = (name: string) => request.headers.get(name)
    const body = request.method === 'POST' ? await request.json() : undefined
    seen.push({
      path: pathname,
      key: header('x-api-key'),
      team: header('x-team'),
      secret: header('x-secret'),
      body,
    })
    if (pathname.endsWith('/file')) return new Response('a,b\n1,2\n', { headers: { 'content-length': '8' } })
    if (pathname.endsWith('/nope')) return Response.json({ message: 'no such export' }, { status: 404 })
    return Response.json({ id: 'e1', state: ++looks < 2 ? 'busy' : 'done' })
  })
  onTestFinished(() => server.close())
  const env = {
    ACME_2_TOKEN: 'an-acme-key',
    ACME_2_BASE_URL: `${server.origin}/v1`,
    ACME_2_TEAM_ID: 'team-7',
    // No option of the vendor's own: every client has it, and it is no text.
    ACME_2_RETRIES: 'many',
  }
  return { seen, env, run: (words: string[], more = {}) => runHere(words, { ...env, ...more }) }
}

const own = ['--vendor', acme]
const soon = ['--min-delay', '20ms']

test('get, wait and watch ask it, with its options from the environment', async () => {
  const { seen, run } = await startAcme()
  expect(await run(['get', ...own, 'e1'])).toEqual({ code: 0, stdout: 'acme-2\te1\trunning\t\n', stderr: '' })
  expect((await run(['wait', ...own, 'e1', ...soon])).stdout).toBe('acme-2\te1\tcompleted\t\n')
  const { stdout } = await run(['watch', 'e1', ...own, '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ event: 'job', vendor: 'acme-2', ref: 'e1', status: 'completed' })
  expect(seen[0]).toMatchObject({ path: '/v1/exports/e1', key: 'an-acme-key', team: 'team-7', secret: null })
})

test('start takes its parameters, and goes on as for the others', async () => {
  const { seen, run } = await startAcme()
  const words = [
    'start',
    ...own,
    '--param',
    'kind=orders',
    '--param',
    'day=1',
    '--param',
    'day=2=b',
    '--wait',
    ...soon,
  ]
  const { code, stdout } = await run(words)
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'e1\nacme-2\te1\tcompleted\t\n' })
  expect(seen[0]).toMatchObject({ path: '/v1/exports', body: { kind: 'orders', day: ['1', '2=b'] } })
})

test('its file is saved, by download and by start', async () => {
  const { run } = await startAcme()
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const [one, two] = [join(folder, 'one.csv'), join(folder, 'two.csv')]
  expect((await run(['download', ...own, 'e1', one, ...soon])).stdout).toBe(`acme-2\te1\tsaved\t${one}\t8\n`)
  expect((await run(['start', ...own, '--download', two, ...soon])).stdout).toMatch(
    /^e1\nacme-2\te1\tsaved\t/,
  )
  expect(readFileSync(two, 'utf8')).toBe('a,b\n1,2\n')
})

test('a credential of it may stand in a file, and what it refuses is an error as ever', async () => {
  const { seen, run } = await startAcme()
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'token')
  writeFileSync(file, 'from-a-file\n', { mode: 0o600 })
  const files = { ACME_2_TOKEN: '', ACME_2_TOKEN_FILE: file, ACME_2_SECRET_FILE: file }
  const { code, stderr } = await run(['get', ...own, 'nope'], files)
  expect(code).toBe(3)
  expect(stderr).toMatch(/^export-jobs: acme-2 answered HTTP 404 .*no such export\n$/)
  expect(seen[0]).toMatchObject({ key: 'from-a-file', secret: 'from-a-file' })
})

test.each([
  [
    'no such file',
    ['get', '--vendor', '/nowhere/acme.js', 'x'],
    /^export-jobs: The module \/nowhere\/acme\.js of --vendor cannot be loaded/,
  ],
  [
    'no such export',
    ['get', '--vendor', fileURLToPath(import.meta.resolve('./world.ts')), 'x'],
    /is not what defineVendor makes\. Export it so/,
  ],
  ['no token', ['get', ...own, 'x'], /No credential: set ACME_2_TOKEN, or ACME_2_TOKEN_FILE/],
  ['no base URL', ['get', ...own, 'x'], /No credential|baseUrl/],
  ['no ref', ['get', ...own], /missing required argument 'vendor'/],
  ['no file to save to', ['download', ...own, 'x'], /missing required argument 'to'/],
  [
    'no parameter',
    ['start', ...own, '--param', 'x'],
    /--param <key=value>': invalid value\. Give it as key=value/,
  ],
  ['nothing to start', ['start'], /missing required argument 'vendor'/],
  ['two vendors', ['start', ...own, 'loyaltydog'], /--vendor replaces the word loyaltydog/],
  ['no ref on stdin', ['wait', ...own, '-'], /No export is named\./],
  ['no vendor of that name', ['start', 'tky', ...own], /unknown|Did you mean/],
])('%s is exit code 2', async (_, words, message) => {
  const { code, stdout, stderr } = await runHere(words)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/\nTry: export-jobs [\w ]+ --help\n$/)
})

test.each<[what: string, code: number, text: string]>([
  ['when it is loaded', 2, "throw new Error('boom tok-secret')"],
  [
    'when it is asked',
    70,
    `import { defineVendor } from '${new URL('../../src/vendor/index.ts', import.meta.url).href}'
    export default defineVendor({
      vendor: 'acme',
      baseUrl: 'http://127.0.0.1:9',
      statuses: {},
      get: async () => { throw new Error('boom tok-secret') },
    })`,
  ],
])('what a module throws %s is told without its text', async (_, code, text) => {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'acme.mjs')
  writeFileSync(path, text)
  const run = await runHere(['get', '--vendor', path, 'e1'], { ACME_TOKEN: 'tok-secret' })
  expect(run.code).toBe(code)
  expect(run.stderr).toMatch(/Error at .*acme\.mjs/)
  expect(run.stderr).not.toContain('tok-secret')
})

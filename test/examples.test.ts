import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import {
  createVendorSimulator,
  createVirtualClock,
  type VendorSimulatorOptions,
} from '../src/testing/index.ts'
import { createProject, type Project, type Running, root, run } from './support/readme-programs.ts'
import { typeErrors } from './support/type-errors.ts'

// Each example is a process of its own, and a busy machine may take its time over it.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let project: Project
beforeAll(async () => {
  project = await createProject()
})
afterAll(() => project.remove())

const days = { START_DATE: '2026-01-01', END_DATE: '2026-01-31' }

/** A Tyk behind a real port, and how to start an example against it. */
async function startTyk(options: VendorSimulatorOptions = {}) {
  const simulator = createVendorSimulator({ pending: 0, running: 0, ...options })
  const server = await simulator.listen()
  onTestFinished(() => server.close())
  const environment = {
    TYK_BASE_URL: simulator.tyk.baseUrl(server.origin),
    TYK_TOKEN: simulator.tyk.token,
    STATE_FILE: join(project.folder, `${crypto.randomUUID()}.json`),
    ...days,
  }
  function start(name: string, more: Record<string, string> = {}): Running {
    const where = { folder: root, tsconfig: project.tsconfig }
    const example = run([join('examples', name)], where, { ...environment, ...more })
    onTestFinished(() => example.kill('SIGKILL'))
    return example
  }
  return { simulator, tyk: simulator.tyk, environment, start }
}

test('all compile', () => {
  const folder = join(root, 'examples')
  const files = ts.sys.readDirectory(folder, ['.ts'])
  expect(files).toHaveLength(12)
  expect(typeErrors(files)).toEqual([])
})

test('examples/README.md names them all, and every variable they read', () => {
  const readme = readFileSync(join(root, 'examples/README.md'), 'utf8')
  for (const file of ts.sys.readDirectory(join(root, 'examples'), ['.ts'])) {
    const name = file.replaceAll('\\', '/').slice(file.lastIndexOf('/examples/') + '/examples/'.length)
    const row = readme.split('\n').find((line) => line.includes(`(${name})`))
    expect(row, name).toBeDefined()
    const variables = readFileSync(file, 'utf8').matchAll(/const \{(.+)\} = process\.env/g)
    for (const [, names = ''] of variables) {
      for (const [variable] of names.matchAll(/\b[A-Z][A-Z_]+\b/g)) {
        expect(variable.startsWith('TYK_') && variable !== 'TYK_APP_ID' ? readme : row).toContain(variable)
      }
    }
  }
})

test('script.ts: starts, waits and writes the file to stdout', async () => {
  const { tyk, start } = await startTyk()
  tyk.next({ id: 'exp-1', pending: '2s', records: 2 })
  const { code, stdout, stderr } = await start('script.ts').finished
  expect(stderr).toMatch(/^started exp-1\n(?:pending\n)+completed\ndownloading 2 records\n$/)
  expect(JSON.parse(stdout)).toHaveLength(2)
  expect(code).toBe(0)
})

test('script.ts: tells in a line what went wrong', async () => {
  const { tyk, start } = await startTyk()
  tyk.next({ outcome: 'failed', error: 'disk full' })
  expect(await start('script.ts').finished).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/the export failed: disk full\n$/),
  })
  const refused = await start('script.ts', { TYK_TOKEN: 'wrong' }).finished
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^tyk answered HTTP 401 .*\n$/),
  })
  expect(await start('script.ts', { TYK_BASE_URL: '' }).finished).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/base URL/),
  })
})

test('script.ts: Ctrl-C ends it at once', async () => {
  const { start } = await startTyk({ running: '1h' })
  const script = start('script.ts')
  await script.printed(/running/)
  script.kill('SIGINT')
  expect(await script.finished).toMatchObject({ code: 1, stderr: expect.stringMatching(/interrupted\n$/) })
})

test('resume.ts: killed and started again, it goes on with the same export', async () => {
  const clock = createVirtualClock()
  const { simulator, tyk, environment, start } = await startTyk({ clock, running: '2h' })
  tyk.next({ id: 'exp-1' })
  const killed = start('resume.ts')
  await killed.printed(/running/)
  killed.kill('SIGKILL')
  expect(await killed.finished).toMatchObject({ signal: 'SIGKILL', stdout: 'started exp-1\nrunning\n' })
  const state = readFileSync(environment.STATE_FILE, 'utf8')
  expect(JSON.parse(state)).toMatchObject({ ref: 'exp-1', polls: 1 })
  expect(state).not.toContain(tyk.token)

  await clock.advance(7_200_000)
  const again = await start('resume.ts').finished
  expect(again).toMatchObject({
    code: 0,
    stdout: 'resuming exp-1 after 1 polls\ncompleted\n',
    stderr: '',
  })
  expect(existsSync(environment.STATE_FILE)).toBe(false)
  expect(simulator.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
})

test('resume.ts: a wait that was given up keeps its state', async () => {
  const { tyk, environment, start } = await startTyk({ clock: createVirtualClock(), running: '2h' })
  const killed = start('resume.ts')
  await killed.printed(/running/)
  killed.kill('SIGKILL')
  await killed.finished
  tyk.fail({ status: 403, body: { error: 'Forbidden' } })
  const refused = await start('resume.ts').finished
  expect(refused).toMatchObject({ code: 124, stderr: expect.stringMatching(/^Stopped waiting for the tyk/) })
  expect(JSON.parse(readFileSync(environment.STATE_FILE, 'utf8'))).toMatchObject({ polls: 2 })
})

test('raw-client.ts: the vendor in its own words', async () => {
  const { tyk, start } = await startTyk({ running: '1h' })
  const found = await start('raw-client.ts', { EXPORT_ID: tyk.add() }).finished
  expect(found).toMatchObject({ code: 0, stdout: 'processing: app 1, 0 records\n', stderr: '' })
  const missing = await start('raw-client.ts', { EXPORT_ID: 'nobody' }).finished
  expect(missing).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^HTTP 404: .*"export not found"/),
    stderr: '',
  })
})

test('backend-service.ts: starts, shows, and stops when it is asked to', async () => {
  const { tyk, start } = await startTyk()
  tyk.next({ id: 'exp-1' })
  tyk.next({ id: 'exp-2', running: '1h' })
  const service = start('backend-service.ts', { PORT: '0' })
  const [, origin] = /listening on (\S+)/.exec(await service.printed(/listening on \S+\n/)) ?? []
  const order = (body: unknown) =>
    fetch(`${origin}/exports`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })

  const first = await order({ app: 1, from: '2026-01-01', to: '2026-01-31' })
  expect([first.status, first.headers.get('location')]).toEqual([202, '/exports/exp-1'])
  await service.printed(/exp-1 completed\n/)
  const shown = await (await fetch(`${origin}/exports/exp-1`)).json()
  expect(shown).toMatchObject({ id: 'exp-1', status: 'completed', totalRecords: 3 })
  expect(shown).not.toHaveProperty('raw')
  const elsewhere = await fetch(`${origin}/exports/${tyk.add({ id: 'exp-0' })}`)
  expect(await elsewhere.json()).toMatchObject({ id: 'exp-0', status: 'completed' })

  expect((await order({ app: 0, from: '2026-01-01', to: '2026-01-31' })).status).toBe(400)
  expect((await order('{')).status).toBe(400)
  expect((await fetch(`${origin}/exports/nobody`)).status).toBe(404)
  expect((await fetch(`${origin}/exports/..%2Fadmin`)).status).toBe(400)
  expect((await fetch(`${origin}/elsewhere`)).status).toBe(404)
  tyk.fail({ status: 403 })
  expect((await fetch(`${origin}/exports/exp-3`)).status).toBe(502)

  expect((await order({ app: 2, from: '2026-01-01', to: '2026-01-31' })).status).toBe(202)
  service.kill('SIGTERM')
  const { code, stdout, stderr } = await service.finished
  expect(stdout).toMatch(/stopping, 1 exports continue at Tyk\nstopped\n$/)
  expect([code, stderr]).toEqual([0, ''])
})

import { describe, expect, test } from 'vitest'
import { startWorld } from './world.ts'

const soon = ['--min-delay', '20ms', '--max-delay', '40ms']

describe('wait', () => {
  test('takes several refs, of several vendors', async () => {
    const { simulator, run } = await startWorld()
    const [a, b, c] = [simulator.tyk.add(), simulator.tyk.add(), simulator.anaconda.add()]
    const { code, stdout } = await run(['wait', 'tyk', a, b, 'anaconda', c, ...soon])
    expect(code).toBe(0)
    const fields = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t').slice(0, 3).join(' '))
    expect(fields.sort()).toEqual(
      [`anaconda ${c} completed`, `tyk ${a} completed`, `tyk ${b} completed`].sort(),
    )
  })

  test.each([
    ['refs alone', ['tyk', '-'], (ids: string[]) => ids.join('\n')],
    ['with their vendor', ['-'], (ids: string[]) => `\n${ids.map((id) => `tyk ${id}`).join('\n')}\n`],
    [
      'with their vendor, which is named before them, too',
      ['tyk', '-'],
      (ids: string[]) => ids.map((id) => `tyk ${id}\n`).join(''),
    ],
    ['as results', ['-'], (ids: string[]) => ids.map((id) => `tyk\t${id}\trunning\t40%\n`).join('')],
    ['beside others', ['tyk', 'ID', '-'], (ids: string[]) => `${ids[0]}\r\n`],
  ])('reads stdin: %s', async (_, words, input) => {
    const { simulator, run } = await startWorld()
    const ids = [simulator.tyk.add(), simulator.tyk.add()]
    const named = words.map((word) => (word === 'ID' ? (ids[1] as string) : word))
    const { code, stdout } = await run(['wait', ...named, ...soon], {}, { input: input(ids) })
    expect(code).toBe(0)
    for (const id of ids) expect(stdout).toContain(`tyk\t${id}\tcompleted`)
  })

  test.each([
    ['nothing', '', /No export/],
    ['no vendor', 'ID1\n', /<vendor>: unknown value/],
  ])('of stdin that holds %s is exit code 2', async (_, input, message) => {
    const { run } = await startWorld()
    const { code, stderr } = await run(['wait', '-'], {}, { input })
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('the next run of Didomi', () => {
  test('is waited for, and then for its completion', async () => {
    const { clock, simulator, run, requests } = await startWorld()
    const { exportId } = simulator.didomi
    simulator.didomi.add()
    const waiting = run(['wait', 'didomi', `${exportId}/next`, ...soon])
    await requests(2)
    const next = simulator.didomi.add({ running: '1s' })
    await requests(3)
    await clock.advance(1_000)
    const { code, stdout } = await waiting
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `didomi\t${exportId}/${next.runId}\tcompleted\t3 records\n`,
    })
  })

  test.each([
    ['at once', ['--known', 'r1', '--known', 'r2']],
    ['as a list', ['--known', 'r1,r2']],
    ['as words', ['--known', 'r1', 'r2']],
  ])('may be there already, if the known ones are told: %s', async (_, known) => {
    const { simulator, run } = await startWorld()
    const { exportId } = simulator.didomi
    for (const id of ['r1', 'r2', 'r3']) simulator.didomi.add({ id })
    const { stdout } = await run(['watch', 'didomi', `${exportId}/next`, '--json', ...soon, ...known])
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(events.map(({ event }) => event)).toEqual(['started', 'job'])
    expect(events[0]).toEqual({ event: 'started', vendor: 'didomi', ref: `${exportId}/r3` })
    expect(events[1]).toMatchObject({ id: 'r3', status: 'completed' })
  })

  test.each<[what: string, there: string[], known: string[], resumed: string]>([
    ['none is there', [], [], "''"],
    ['two are there', ['r1', 'r2'], [], 'r1,r2'],
    ['one is told to be known', ['r1'], ['--known', 'r1,r0'], 'r1,r0'],
  ])(
    'that does not come within the timeout is 124, and can be resumed: %s',
    async (_, there, known, resumed) => {
      const { simulator, run } = await startWorld()
      const { exportId } = simulator.didomi
      for (const id of there) simulator.didomi.add({ id })
      const next = `${exportId}/next`
      const { code, stderr } = await run(['wait', 'didomi', next, ...known, '--timeout', '60ms', ...soon])
      expect(code).toBe(124)
      expect(stderr).toMatch(/Stopped waiting for the next run of the didomi export/)
      expect(stderr).toContain(` Resume with: export-jobs wait didomi ${next} --known ${resumed}\n`)
      simulator.didomi.add({ id: 'r9' })
      const again = await run(['wait', 'didomi', next, '--known', resumed.replace("''", ''), ...soon])
      expect(again.stdout).toBe(`didomi\t${exportId}/r9\tcompleted\t3 records\n`)
    },
  )

  test('that was interrupted says how to resume: as it was called, or with the run that has appeared', async () => {
    const { simulator, spawn, requests } = await startWorld()
    const { exportId } = simulator.didomi
    const run = simulator.didomi.add({ running: '1h' })
    const interrupt = async (known: string, polls: number) => {
      const { stderr } = await spawn(['wait', 'didomi', `${exportId}/next`, '--known', known], {
        onStart: (kill) => void requests(polls).then(() => setTimeout(() => kill('SIGINT'), 50)),
      })
      return stderr
    }
    expect(await interrupt(run.runId, 2)).toContain(
      `Resume with: export-jobs wait didomi ${exportId}/next --known ${run.runId}\n`,
    )
    expect(await interrupt('r0', 3)).toContain(
      `Resume with: export-jobs wait didomi ${exportId}/${run.runId}\n`,
    )
  })
})

describe('stderr', () => {
  test('--verbose traces each request, those for tokens too, and no secret', async () => {
    const { simulator, run, env } = await startWorld()
    simulator.anaconda.fail({ status: 503 })
    const id = simulator.anaconda.add()
    const { code, stderr } = await run(['wait', 'anaconda', id, '--verbose', ...soon])
    expect(code).toBe(0)
    const lines = stderr.trimEnd().split('\n')
    expect(lines[0]).toMatch(/^anaconda: POST \S*\/api\/iam\/token · 503 · .*\d+ ms$/)
    expect(lines.at(-1)).toMatch(new RegExp(`^anaconda: GET \\S*${id} · 200 · (?:request \\S+ · )?\\d+ ms$`))
    expect(stderr).not.toContain(env.ANACONDA_CLIENT_SECRET)
    expect((await run(['get', 'anaconda', id, '--verbose'])).stderr).toMatch(/GET .* 200/)
  })

  test('a request that got no answer is traced by what it failed with', async () => {
    const { server, run } = await startWorld()
    await server.close()
    const { stderr } = await run(['get', 'tyk', 'x', '--verbose', '--timeout', '5s'])
    expect(stderr).toMatch(/^tyk: GET \S+ · network · \d+ ms\ntyk: GET \S+ · network · attempt 2 · /)
  })

  test.each([
    [
      '--progress plain: lines at once',
      ['--progress', 'plain'],
      {},
      /^20\d\d-\S+Z tyk \S+: running · 0s old/,
    ],
    ['CI: the same', [], { CI: 'true' }, /^20\d\d-\S+Z tyk \S+: running/],
    ['otherwise none in the first seconds', [], {}, /^$/],
    ['CI=false is no CI', [], { CI: 'false' }, /^$/],
    ['--progress none', ['--progress', 'none'], { CI: 'true' }, /^$/],
    ['--quiet', ['--quiet'], { CI: 'true' }, /^$/],
  ])('%s', async (_, flags, more, text) => {
    const { clock, simulator, run, requests } = await startWorld()
    const waiting = run(['wait', 'tyk', simulator.tyk.add({ running: '1s' }), ...soon, ...flags], more)
    await requests(2)
    await clock.advance(1_000)
    expect((await waiting).stderr).toMatch(text)
  })

  test('on a terminal in CI there are lines, too', async () => {
    const { clock, simulator, run, requests } = await startWorld()
    const terminal = { columns: 80, rows: 24 }
    const waiting = run(
      ['wait', 'tyk', simulator.tyk.add({ running: '1s' }), ...soon],
      { CI: '1' },
      { terminal },
    )
    await requests(2)
    await clock.advance(1_000)
    expect((await waiting).stderr).toMatch(/^20\d\d-\S+Z tyk \S+: running/)
  })
})

test('wait --json prints the error of a wait that was given up, and stderr how to resume', async () => {
  const { simulator, run } = await startWorld()
  const [late, done] = [simulator.tyk.add({ running: '1h' }), simulator.tyk.add({ pending: 0, running: 0 })]
  const { code, stdout, stderr } = await run([
    'wait',
    'tyk',
    late,
    done,
    '--json',
    '--timeout',
    '60ms',
    ...soon,
  ])
  expect(code).toBe(124)
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(events).toHaveLength(2)
  expect(events).toContainEqual(expect.objectContaining({ event: 'job', id: done, status: 'completed' }))
  const error = expect.objectContaining({ code: 'wait-timeout' })
  expect(events).toContainEqual({ event: 'error', vendor: 'tyk', ref: late, error })
  expect(stderr).toContain(` Resume with: export-jobs wait tyk ${late}\n`)
})

test('watch --json prints failed polls and the error that ended a wait', async () => {
  const { simulator, run } = await startWorld()
  const id = simulator.tyk.add({ running: '1h' })
  simulator.tyk.fail(...Array(3).fill({ status: 503 }))
  const { code, stdout, stderr } = await run(['watch', 'tyk', id, '--json', '--timeout', '300ms', ...soon])
  expect(code).toBe(124)
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  const failed = events.find(({ error }) => error)
  expect(failed).toMatchObject({
    event: 'update',
    vendor: 'tyk',
    ref: id,
    error: { code: 'server-error', httpStatus: 503 },
  })
  expect(events.at(-1)).toMatchObject({
    event: 'error',
    vendor: 'tyk',
    ref: id,
    error: { name: 'WaitError', code: 'wait-timeout' },
  })
  expect(stderr).toMatch(/^export-jobs: Stopped waiting for the tyk export/)
})

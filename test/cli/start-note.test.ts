import { readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { carryServer } from '../../src/internal/client.ts'
import { openStartNote, toStartRequest } from '../../src/node/start-note.ts'
import { asked, csv, outcomeOf, records, type Saving, startSaving, startWords, unknown } from './saving.ts'

/** Leaves the note of an earlier run, which had asked, and has kept a ref or not. */
async function leaveNote({ to, env }: Saving, ref?: string, of: typeof asked = asked) {
  const client = { vendor: of.vendor, ...carryServer(String(env.LOYALTYDOG_BASE_URL)) }
  const note = await openStartNote(`${to}.start.json`, toStartRequest(client, of.params))
  await note.begin()
  if (ref !== undefined) await note.keepRef(ref)
  await note.close()
}

describe('the note of an earlier run', () => {
  test('with a ref is gone on with', async () => {
    const saving = await startSaving()
    await leaveNote(saving, saving.simulator.loyaltydog.add({ records }))
    const result = await saving.run(startWords(saving.to))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 0, names: ['out.csv'] })
  })

  test.each<[string, (saving: Saving) => Promise<void>, string]>([
    ['without a ref', (saving) => leaveNote(saving), unknown],
    ['torn', ({ to }) => writeFile(`${to}.start.json`, '{"kind":"export-jo'), 'is not a start note'],
    ['that is none', ({ to }) => writeFile(`${to}.start.json`, 'null'), 'is not a start note'],
    [
      'of other parameters',
      (saving) => leaveNote(saving, 'task-1', { ...asked, params: { format: 'json' } }),
      'belongs to another export',
    ],
    [
      'of another vendor',
      (saving) => leaveNote(saving, 'task-1', { ...asked, vendor: 'tyk' }),
      'belongs to another export',
    ],
    [
      'that cannot be read',
      ({ to }) => symlink(`${to}.start.json`, `${to}.start.json`),
      'is not a start note',
    ],
  ])('%s is left alone: exit code 2', async (_, leave, message) => {
    const saving = await startSaving()
    await leave(saving)
    const result = await saving.run(startWords(saving.to))
    expect(result.stderr).toContain(message)
    expect(await outcomeOf(saving, result)).toEqual({ code: 2, starts: 0, names: ['out.csv.start.json'] })
    expect(saving.simulator.requests).toEqual([])
  })

  test('holds no secret, and only its owner can read it', async () => {
    const { env, simulator, run, to, read } = await startSaving()
    simulator.loyaltydog.next({ id: 'task-1', running: '1h' })
    await run(startWords(to, '--timeout', '60ms'), { LOYALTYDOG_MERCHANT_TOKEN: 'a-merchant-token' })
    const text = await read('out.csv.start.json')
    expect(JSON.parse(text)).toEqual({
      kind: 'export-jobs/start',
      version: 1,
      vendor: 'loyaltydog',
      server: expect.stringMatching(/^[0-9a-f]{32}$/),
      params: expect.stringMatching(/^[0-9a-f]{64}$/),
      ref: 'task-1',
    })
    for (const secret of [env.LOYALTYDOG_TOKEN, 'a-merchant-token']) expect(text).not.toContain(secret)
    expect((await stat(`${to}.start.json`)).mode & 0o777).toBe(0o600)
  })

  test('is not written through a link', async () => {
    const saving = await startSaving()
    const { folder, to, run } = saving
    await symlink(join(folder, 'victim'), `${to}.start.json`)
    const result = await run(startWords(to))
    expect(await outcomeOf(saving, result)).toEqual({ code: 2, starts: 0, names: ['out.csv.start.json'] })
  })
})

describe('a file that exists', () => {
  const there = async (saving: Saving) => {
    await writeFile(saving.to, 'precious')
    return () => readFile(saving.to, 'utf8')
  }

  test('is refused before anything is started, and replaced when told to', async () => {
    const saving = await startSaving()
    const { simulator, run, to } = saving
    const text = await there(saving)
    simulator.loyaltydog.next({ records })
    const refused = await run(startWords(to))
    expect(refused.stderr).toMatch(/already exists\. Choose another name.*--overwrite/)
    expect(await outcomeOf(saving, refused)).toEqual({ code: 2, starts: 0, names: ['out.csv'] })
    expect(await text()).toBe('precious')
    const result = await run(startWords(to, '--overwrite'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await text()).toBe(csv)
  })

  test('is not taken for that of the export', async () => {
    const saving = await startSaving()
    await leaveNote(saving, 'task-1')
    const text = await there(saving)
    const result = await saving.run(startWords(saving.to))
    expect(await outcomeOf(saving, result)).toEqual({
      code: 2,
      starts: 0,
      names: ['out.csv', 'out.csv.start.json'],
    })
    expect(await text()).toBe('precious')
  })

  test('is not that of the export when it was there before', async () => {
    const saving = await startSaving()
    const { simulator, run, to, interrupt, controller } = saving
    const text = await there(saving)
    simulator.loyaltydog.next({ records })
    interrupt()
    expect((await run(startWords(to, '--overwrite'), {}, { signal: controller.signal })).code).toBe(130)
    const forgotten = await run(startWords(to))
    expect(forgotten.stderr).toMatch(/already exists/)
    expect(forgotten.code).toBe(2)
    expect(await text()).toBe('precious')
    const result = await run(startWords(to, '--overwrite'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 1, names: ['out.csv'] })
    expect(await text()).toBe(csv)
  })

  test('is replaced with --overwrite by that of the export which an earlier run has started', async () => {
    const saving = await startSaving()
    await leaveNote(saving, saving.simulator.loyaltydog.add({ records }))
    const text = await there(saving)
    const result = await saving.run(startWords(saving.to, '--overwrite'))
    expect(await outcomeOf(saving, result)).toEqual({ code: 0, starts: 0, names: ['out.csv'] })
    expect(await text()).toBe(csv)
  })
})

test.each([
  ['no such folder', 'missing/out.csv', [], /missing does not exist/],
  ['a folder by its name', '.', [], /is a folder\. Add a file name/],
  ['a link to nowhere', 'link', ['--overwrite'], /is a symbolic link/],
])('a place that cannot be starts nothing: %s', async (_, place, flags, message) => {
  const saving = await startSaving()
  await symlink('nowhere', join(saving.folder, 'link'))
  const result = await saving.run(startWords(`${saving.folder}/${place}`, ...flags))
  expect(result.stderr).toMatch(message)
  expect(await outcomeOf(saving, result)).toEqual({ code: 2, starts: 0, names: ['link'] })
})

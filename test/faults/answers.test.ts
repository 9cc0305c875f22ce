import { describe, expect, test } from 'vitest'
import { type ExportJob, pollOnce, startWait, watch } from '../../src/index.ts'
import fc from '../support/fast-check.ts'
import { type VendorName, vendorNames, vendors } from '../support/vendors.ts'
import { runs } from './support/runs.ts'
import { answerOf, bodyOf, type Path, pathsOf, shapes, telling, withValue } from './support/vendor-answers.ts'
import { createWorld } from './support/virtual-world.ts'

const { POSITIVE_INFINITY: tooLarge } = Number

/** What may stand where something else should; none of it is a word for a status. */
const wrong: [what: string, value: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['true', true],
  ['false', false],
  ['zero', 0],
  ['a negative number', -1],
  ['a fraction', 1.5],
  ['an unsafe number', 2 ** 60],
  ['1e999', tooLarge],
  ['an empty text', ''],
  ['a blank text', ' \t\n'],
  ['a percentage', '50%'],
  ['a long text', 'x'.repeat(10_000)],
  ['an empty list', []],
  ['a list of a word', ['completed']],
  ['a list of lists', [[[]]]],
  ['an empty object', {}],
  ['an object that claims success', { completed: true, success: 'completed' }],
  ['an object with hostile keys', JSON.parse('{"__proto__":{"status":"completed"},"constructor":1}')],
]

/** Makes sure that whatever is in a job is what its type says. */
function expectSound(job: ExportJob, vendor: VendorName): void {
  expect(job).toMatchObject({ vendor, ref: vendors[vendor].ref, rawStatus: expect.any(String) })
  expect(job.id).toBe(vendor === 'didomi' ? 'run-1' : vendors[vendor].ref)
  expect(Object.values(job)).not.toContain(undefined)
  for (const instant of [job.createdAt, job.completedAt, job.expiresAt]) {
    if (instant !== undefined) expect(Number.isFinite(instant.getTime())).toBe(true)
  }
  for (const count of [job.totalRecords, job.fileSize]) {
    if (count !== undefined) expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
  }
  if ('progress' in job) expect(job.progress).toSatisfy((percent: number) => percent >= 0 && percent <= 100)
  if (job.status === 'completed') expect(Object.values(job.download ?? {})).not.toContain(undefined)
}

const startsWith = (path: Path, start: Path) => start.every((key, index) => path[index] === key)

describe.each(vendorNames)('%s', (vendor) => {
  const { full, id, status, progress, words } = shapes[vendor]
  const { ref } = vendors[vendor]
  const running = telling(vendor, 'running')
  const completed = telling(vendor, 'completed')
  const success = bodyOf(vendor, words.completed)
  const doubtful = { name: expect.stringMatching(/^(?:ResponseError|ApiError)$/), vendor }

  test.each(pathsOf(full))(
    'a wrong type at %j %j %j %j: no false completion, and none lost',
    async (...path) => {
      for (const [what, value] of wrong) {
        // Where the status or the id is wrong or gone, not even a body that claims success is believed.
        const decides = startsWith(status, path) || startsWith(id, path)
        const answer = answerOf(withValue(decides ? success : full, path, value))
        const { value: job, error } = await createWorld(vendor, [answer]).get({ retries: 0 })
        if (error !== undefined) expect(error, what).toMatchObject(doubtful)
        else expectSound(job as ExportJob, vendor)
        expect(job?.status, what).not.toBe('completed')

        const world = createWorld(vendor, [answer, completed])
        expect((await world.wait()).value, what).toMatchObject({ status: 'completed', ref })
        expect(world.times).toHaveLength(2)
      }
    },
  )

  test('any JSON at all is no success', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), async (body) => {
        const { value, error } = await createWorld(vendor, [answerOf(body)]).get({ retries: 0 })
        expect(value).toBeUndefined()
        expect(error).toMatchObject(doubtful)
      }),
      { numRuns: runs },
    )
  })

  const asked = vendor === 'didomi' ? 'run-1' : (ref as string)
  const others = [
    `${asked}0`,
    asked.slice(1),
    ` ${asked}`,
    `${asked}\n`,
    `./${asked}`,
    `${asked}/`,
    `${asked},x`,
  ]
  const cases = vendor === 'anaconda' ? [] : [asked.toUpperCase()]
  test.each([...others, ...cases, encodeURIComponent(`${asked}/`), `${asked}\0`, '*', '__proto__'])(
    'a completed export of another id, %j, is not the one that was asked for',
    async (other) => {
      const answer = answerOf(withValue(success, id, other))
      const error = { name: vendor === 'didomi' ? 'ApiError' : 'ResponseError', vendor }
      const code = vendor === 'didomi' ? 'not-found' : 'wrong-job'
      expect((await createWorld(vendor, [answer]).get()).error).toMatchObject({ ...error, code })

      const world = createWorld(vendor, [running, answer, running, answer, completed])
      expect((await world.wait()).value).toMatchObject({ ref })
      expect(world.times).toHaveLength(5)
    },
  )

  test('another id for ever, for a job that was seen: given up, never completed', async () => {
    const answer = answerOf(withValue(success, id, 'another'))
    const { error } = await createWorld(vendor, [running, answer]).wait()
    expect(error).toMatchObject({ reason: vendor === 'didomi' ? 'not-found' : 'unreachable' })
  })

  test.each(pathsOf(full).filter((path) => !path.length || typeof valueAt(full, path) === 'object'))(
    'success under __proto__, constructor and prototype at %j %j is not believed',
    async (...path) => {
      const holder = valueAt(full, path) as object
      const claim = valueAt(success, path)
      const hostile = { ...holder, ...JSON.parse('{"__proto__":0}'), constructor: claim, prototype: claim }
      Object.defineProperty(hostile, '__proto__', { value: claim, enumerable: true })
      if (Array.isArray(holder)) return
      const world = createWorld(vendor, [answerOf(withValue(full, path, hostile)), completed])
      expect((await world.wait()).value).toMatchObject({ status: 'completed' })
      expect(world.updates).toMatchObject([{ job: { status: 'running' } }, { job: { status: 'completed' } }])
      expect(Object.keys(Object.prototype)).toEqual([])
      expect({}).not.toHaveProperty('status')
    },
  )

  const percentages: [written: unknown, read?: number][] = [
    ...[-1, -0.001, 100.001, 101, 1e21, tooLarge, -tooLarge].map((value): [unknown] => [value]),
    ...['50%', '50', '', 'half', null, true, [50], { percent: 50 }].map((value): [unknown] => [value]),
    ...[0, 0.5, 50, 99.9, 100].map((value): [number, number] => [value, value]),
  ]
  test.each(percentages)('a progress of %j', async (written, read) => {
    const answer = answerOf(withValue(full, progress, written))
    const world = createWorld(vendor, (now) => (now < 3_000_000 ? answer : completed))
    const { value: job, error } = await world.get()
    if (error === undefined) expectSound(job as ExportJob, vendor)
    // One vendor reports it, and takes only numbers for it; the others report none, whatever stands there.
    const isReported = vendor === 'anaconda'
    if (!isReported) expect(job).not.toHaveProperty('progress')
    else if (read !== undefined) expect(job).toHaveProperty('progress', read)
    else expect(job).not.toHaveProperty('progress')

    world.times.length = 0
    expect((await world.wait({ tolerate: '1h', notFoundGrace: '1h' })).value).toMatchObject({ ref })
    expect(world.times.length).toBeLessThan(200)
  })

  describe('the first answer that says how it ended wins', () => {
    const ends = ['completed', 'failed'] as const
    test.each(ends)('%s, and running again later', async (end) => {
      const answers = [running, telling(vendor, end), running, telling(vendor, 'completed')]
      const waited = createWorld(vendor, answers)
      const { value, error } = await waited.wait()
      if (end === 'completed') expect(value).toMatchObject({ status: 'completed' })
      else
        expect(error).toMatchObject({ name: 'JobFailedError', code: 'job-failed', job: { status: 'failed' } })
      expect(waited.times).toHaveLength(2)

      const watched = createWorld(vendor, answers)
      const seen: string[] = []
      for await (const update of watch(watched.client, ref, { clock: watched.clock })) {
        seen.push(update.type === 'job' ? update.job.status : update.type)
      }
      expect(seen).toEqual(['running', end])
      expect(watched.times).toHaveLength(2)
    })

    test.each(ends)('%s, and a queue that delivers again finds it running', async (end) => {
      const { client, clock, times } = createWorld(vendor, [
        telling(vendor, end),
        running,
        answerOf({}),
        running,
      ])
      const first = await pollOnce(client, startWait(ref), { clock })
      expect(first).toMatchObject({ update: { job: { status: end } }, state: { finished: true } })
      const again = await pollOnce(client, first.state, { clock })
      expect(again).not.toHaveProperty('wakeAt')
      expect(again.state).toMatchObject({ finished: true })
      expect(times).toHaveLength(2)
    })
  })

  describe('the word for the status', () => {
    const blank = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r', '\u00a0'), maxLength: 3 })
    const spelled = (word: string) =>
      fc.tuple(blank, fc.mixedCase(fc.constant(word)), blank).map((parts) => parts.join(''))

    test.each(Object.entries(words))('%s, in any letter case and with spaces', async (meaning, word) => {
      await fc.assert(
        fc.asyncProperty(spelled(word), async (spelling) => {
          const { value } = await createWorld(vendor, [answerOf(bodyOf(vendor, spelling))]).get()
          expect(value).toMatchObject({ status: meaning, rawStatus: spelling })
        }),
        { numRuns: runs / 10 },
      )
    })

    const { completed: word } = words
    const nearly = [
      ...[word.slice(1), word.slice(0, -1), `${word}!`, `${word}.`, `not ${word}`, `${word} ${word}`],
      ...[`${word},failed`, `"${word}"`, `${word[0]} ${word.slice(1)}`, `${word}\0`, `${word}\u200b`],
      ...[
        word.replace('c', 'с'),
        word.replace('s', 'ſ'),
        'complete',
        'done',
        'finished',
        'ok',
        '100',
        'true',
      ],
      ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'undefined', 'null'],
    ].filter((text) => text !== word)
    test.each(nearly)('%j is not the word for completed', async (text) => {
      const world = createWorld(vendor, [answerOf(bodyOf(vendor, text))])
      expect((await world.wait({ timeout: '5m' })).error).toMatchObject({
        reason: 'unknown-status',
        lastJob: { status: 'unknown', rawStatus: text },
      })
    })
  })
})

// biome-ignore lint/suspicious/noExplicitAny: a body is walked by any path
function valueAt(body: any, path: Path): unknown {
  return path.reduce((inner, key) => inner[key], body)
}

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { caughtError } from './caught.ts'
import { createFakeFetch, type FakeAnswer } from './fake-fetch.ts'
import { type VendorName, vendors } from './vendors.ts'

/** One fact about a vendor, as an answer of that vendor and what must become of it. */
export interface Fixture extends FakeAnswer {
  fact: string
  /** Where the fact is known from: `doc`, `code`, `likely` or `unknown` as in VENDORS.md, or `contract`. */
  source: string
  ref?: unknown
  /** The answers, where it takes more than one. */
  answers?: FakeAnswer[]
  /** How many requests it takes. Default: as many as there are answers. */
  requests?: number
  /** The job without `raw`; instants as ISO text, a text of `*` for any text. */
  job?: Record<string, unknown>
  /** Fields of the error. */
  error?: Record<string, unknown>
  /** The answer's words for a status, and what each means. */
  words?: Record<string, string>
  /** A body in which the word takes the place of `$word`. */
  template?: unknown
}

const folder = new URL('../vendors/fixtures/', import.meta.url)

export function readFixtures(vendor: VendorName): [name: string, fixture: Fixture][] {
  const own = new URL(`${vendor}/`, folder)
  return readdirSync(own)
    .sort()
    .map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(new URL(file, own), 'utf8')) as Fixture,
    ])
}

/** Makes one test of each fixture: `get` with the answers of the fixture, and what comes of it. */
export function testFixtures(vendor: VendorName): void {
  for (const [name, fixture] of readFixtures(vendor)) {
    if (fixture.words) testWords(vendor, name, fixture)
    else test(`${name}: ${fixture.fact}`, () => check(vendor, fixture))
  }
}

async function check(vendor: VendorName, fixture: Fixture): Promise<void> {
  const { answers = [{ ...fixture, error: undefined }], job, error } = fixture
  const { fetch, requests } = createFakeFetch(...answers)
  const client = vendors[vendor].create({ fetch, retries: 0 })
  const ref = fixture.ref ?? vendors[vendor].ref
  if (error) {
    const refused = await caughtError(client.get(ref))
    expect(refused).toMatchObject({ vendor, ...error })
  } else {
    const found = await client.get(ref)
    const { raw, ...rest } = found
    expect(Object.entries(rest).filter(([, value]) => value === undefined)).toEqual([])
    expect(JSON.parse(JSON.stringify(rest))).toEqual({ vendor, ...withWildcards(job ?? {}) })
    expect(raw).toBeTypeOf('object')
    for (const instant of [found.createdAt, found.completedAt, found.expiresAt]) {
      if (instant !== undefined) expect(instant).toBeInstanceOf(Date)
    }
  }
  expect(requests).toHaveLength(fixture.requests ?? answers.length)
}

const withWildcards = (job: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(job).map(([key, value]) => [key, value === '*' ? expect.any(String) : value]),
  )

function testWords(vendor: VendorName, name: string, { fact, words = {}, template }: Fixture): void {
  const spellings = Object.entries(words).flatMap(([word, status]) =>
    [word, word.toUpperCase(), `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`, ` ${word}\t`].map(
      (spelling) => [spelling, status],
    ),
  )
  test.each(spellings)(`${name}: ${fact} (%j is %s)`, async (word, status) => {
    const body = JSON.parse(JSON.stringify(template), (_, value) => (value === '$word' ? word : value))
    const client = vendors[vendor].create({ fetch: createFakeFetch({ body }).fetch, retries: 0 })
    const job = await client.get(vendors[vendor].ref)
    expect(job).toMatchObject({ status, rawStatus: word })
  })
}

import { describe, expect, test } from 'vitest'
import { conformance } from '../../../src/testing/index.ts'
import { acmeSuite, createAcmeClient } from './acme.ts'
import { broken, brokenForAll, type Create, careless } from './broken.ts'

const good = conformance(acmeSuite((fetch, token) => createAcmeClient({ fetch, token })))
const clients = [
  ...Object.entries(broken).map(([name, create]): [string[], Create] => [[name], create]),
  ...brokenForAll,
]

describe('a client made with defineVendor', () => {
  for (const { name, run } of good) test(name, run)
})

test('no two checks have one name', () => {
  const names = good.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
})

test('for every check there is a client that breaks it', () => {
  expect(clients.flatMap(([names]) => names).sort()).toEqual(good.map(({ name }) => name).sort())
})

async function failuresOf(create: Create): Promise<string[]> {
  const failed: string[] = []
  for (const { name, run } of conformance(acmeSuite(create))) await run().catch(() => failed.push(name))
  return failed.sort()
}

test.each(clients)('finds what breaks %j, and nothing else', async (names, create) => {
  expect(await failuresOf(create)).toEqual([...names].sort())
})

test('finds the careless client: any word is completed, any id is the right one, HTML is JSON', async () => {
  expect(await failuresOf(careless)).toEqual(
    expect.arrayContaining([
      'HTML under 200 is refused as not-json',
      'an unknown status is never completed, but unknown',
      "another job's id is refused as wrong-job",
    ]),
  )
})

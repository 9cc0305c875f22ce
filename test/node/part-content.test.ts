import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPartContent, period, readChecksum } from '../../src/node/part-content.ts'
import { makeFolder } from './world.ts'

const megabytes = (count: number) => {
  const bytes = new Uint8Array(count * 1024 * 1024)
  for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 31 + (at >> 12)) % 251
  return bytes
}

async function checksumOnDisk(bytes: Uint8Array): Promise<number> {
  const path = join(await makeFolder(), 'x')
  await writeFile(path, bytes)
  const file = await open(path)
  try {
    return await readChecksum(file, bytes.length)
  } finally {
    await file.close()
  }
}

test.each([1, 1_000, 4_096, 65_537, 300_000, 9_000_000])(
  'the checksum of chunks of %i bytes is that of the file',
  async (length) => {
    const bytes = megabytes(length === 1 ? 1 : 5)
    const content = createPartContent({})
    for (let at = 0; at < bytes.length; at += length) content.update(bytes.subarray(at, at + length))
    expect(content.bytes).toBe(bytes.length)
    expect(content.checksum).toBe(await checksumOnDisk(bytes))
  },
)

test('the checksum shows one changed byte near the beginning, and a changed period anywhere', async () => {
  const bytes = megabytes(5)
  const before = await checksumOnDisk(bytes)
  for (const [at, length] of [
    [0, 1],
    [2 * 1024 * 1024 - 1, 1],
    [3_333_333, period],
  ] as const) {
    const changed = bytes.slice()
    for (let index = at; index < at + length; index++) changed[index] = 255
    expect(await checksumOnDisk(changed)).not.toBe(before)
  }
})

test('the evidence is that of the bytes so far, and more may follow', () => {
  const content = createPartContent({ format: 'jsonl' })
  const update = (text: string) => content.update(new TextEncoder().encode(text))
  update('{"a":1}\n{"a"')
  expect(content.evidence()).toMatchObject({ isBroken: true, records: 2 })
  update(':2}\n')
  expect(content.evidence()).toMatchObject({ isBroken: false, records: 2 })
})

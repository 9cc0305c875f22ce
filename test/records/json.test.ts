import { describe, expect, test } from 'vitest'
import { createArrayReader, createJsonProof } from '../../src/records/json.ts'
import { everyCut } from './chunks.ts'

const encode = (text: string) => new TextEncoder().encode(text)

describe('an array', () => {
  test('gives each element as soon as it is complete, and then no more', async () => {
    const reader = await createArrayReader()
    expect(reader.read(encode('[{"a":1}'))).toEqual([{ a: 1 }])
    expect(reader.read(encode(',{"a":'))).toEqual([])
    expect(reader.read(encode('2},{"a":3}'))).toEqual([{ a: 2 }, { a: 3 }])
    expect(reader.isWhole).toBe(false)
    expect(reader.read(encode(']'))).toEqual([])
    expect(reader.isWhole).toBe(true)
  })

  test('keeps no element that it has given away', async () => {
    const reader = await createArrayReader()
    const held: WeakRef<object>[] = []
    reader.read(encode('['))
    for (let count = 0; count < 50; count++) {
      for (const element of reader.read(encode(`{"text":"${'x'.repeat(100_000)}"},`)))
        held.push(new WeakRef(element as object))
    }
    expect(held).toHaveLength(50)
    await collect()
    expect(held.filter((element) => element.deref()).length).toBeLessThan(5)
  })
})

async function collect(): Promise<void> {
  const { setFlagsFromString } = await import('node:v8')
  const { runInNewContext } = await import('node:vm')
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  // Weak references are let go of between turns only.
  await new Promise((resolve) => setImmediate(resolve))
  gc()
}

describe('the proof that a document has ended', () => {
  test.each([['[]'], ['{"a":[1,{"b":null}]}'], ['"é"'], ['true'], ['\ufeff[ ]\n'], [' [1] ']])(
    '%j has, and not before its end',
    async (text) => {
      for (const chunks of everyCut(text)) {
        const proof = await createJsonProof()
        for (const chunk of chunks) expect(proof.read(chunk)).toEqual([])
        expect(proof.isWhole).toBe(true)
      }
      const proof = await createJsonProof()
      proof.read(encode(text.trimEnd().slice(0, -1)))
      expect(proof.isWhole).toBe(false)
    },
  )

  test.each([['[]]'], ['[}'], ['{"a"}'], ['[],[]'], ['nil'], ['[1,]']])('%j is no document', async (text) => {
    for (const chunks of everyCut(text)) {
      const proof = await createJsonProof()
      expect(() => {
        for (const chunk of chunks) proof.read(chunk)
      }).toThrow()
    }
  })

  test('is no deeper than its document: ten thousand levels', async () => {
    const proof = await createJsonProof()
    proof.read(encode('['.repeat(10_000)))
    proof.read(encode(']'.repeat(9_999)))
    expect(proof.isWhole).toBe(false)
    proof.read(encode(']'))
    expect(proof.isWhole).toBe(true)
  })

  test('keeps nothing of the document', async () => {
    const proof = await createJsonProof()
    const chunk = encode(`{"text":"${'x'.repeat(1_000_000)}"},`)
    proof.read(encode('['))
    await collect()
    const before = process.memoryUsage().heapUsed
    for (let count = 0; count < 40; count++) proof.read(chunk)
    await collect()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000)
  })
})

import { describe, expect, test } from 'vitest'
import { createArrayParser, createLineParser, type RecordParser } from '../../src/records/parser.ts'
import { everyCut } from './chunks.ts'

const make = { jsonl: async () => createLineParser(), json: createArrayParser }

function parse(parser: RecordParser, chunks: Iterable<Uint8Array>, isWhole: boolean): unknown[] | undefined {
  const values: unknown[] = []
  for (const chunk of chunks) values.push(...parser.read(chunk))
  const last = parser.end(isWhole)
  return last && [...values, ...last]
}

const values = [{ a: 1 }, { text: 'é€😀"\\\n\u2028', list: [[], {}, [{ b: [null] }]] }, {}]
const [first, second, third] = values.map((value) => JSON.stringify(value))

describe.each<[what: string, format: 'json' | 'jsonl', text: string, records: unknown[]]>([
  ['lines', 'jsonl', `${first}\n${second}\n${third}\n`, values],
  ['lines, the last without an end', 'jsonl', `${first}\n${second}\n${third}`, values],
  ['lines as Windows ends them', 'jsonl', `${first}\r\n${second}\r\n${third}\r\n`, values],
  ['lines after a mark', 'jsonl', `\ufeff${first}\n`, [values[0]]],
  ['lines with blank ones between', 'jsonl', `\n \r\n${first}\n\n\t\n${second}\n\n`, values.slice(0, 2)],
  ['no lines', 'jsonl', '', []],
  ['blank lines', 'jsonl', '\n\n', []],
  ['an array', 'json', `[${first},${second},${third}]`, values],
  ['an array with room', 'json', `\ufeff \n[ ${first} ,\r\n\t${second} ]\n \n`, values.slice(0, 2)],
  ['an empty array', 'json', '[ ]', []],
  ['an array of arrays', 'json', '[[{"a":1}],[],[[]]]', [[{ a: 1 }], [], [[]]]],
  ['an array of other things', 'json', '[1,"a",null,true,-0.5e3]', [1, 'a', null, true, -500]],
])('%s', (_, format, text, records) => {
  test('in whatever chunks they come', async () => {
    for (const chunks of everyCut(text)) expect(parse(await make[format](), chunks, true)).toEqual(records)
  })
})

describe('what is cut', () => {
  const lines = `${first}\n${second}\n`
  test.each([[true], [false]])(
    'lines, anywhere: no part of one is a record, isWhole: %j',
    async (isWhole) => {
      for (const [cut] of everyCut(lines)) {
        const ended = new TextDecoder().decode(cut).split('\n').length - 1
        let found: unknown[] | undefined
        try {
          found = parse(createLineParser(), [cut as Uint8Array], isWhole)
        } catch {}
        if (found) expect(found).toEqual(values.slice(0, found.length))
        if (found && !isWhole) expect(found.length).toBe(ended)
      }
    },
  )

  test('a last line that happens to parse is one only of a file that is known to be whole', () => {
    const text = [new TextEncoder().encode('1\n12')]
    expect(parse(createLineParser(), text, false)).toBeUndefined()
    expect(parse(createLineParser(), text, true)).toEqual([1, 12])
  })

  test('half a character is none', () => {
    const bytes = new TextEncoder().encode('{"a":1}\n"é')
    expect(() => parse(createLineParser(), [bytes.subarray(0, -1)], true)).toThrow(SyntaxError)
    expect(parse(createLineParser(), [bytes.subarray(0, -1)], false)).toBeUndefined()
  })

  test.each([[true], [false]])('an array, anywhere, isWhole: %j', async (isWhole) => {
    const array = `[${first},${second}]`
    for (const [cut] of everyCut(array)) {
      if (cut?.length === new TextEncoder().encode(array).length) continue
      expect(parse(await createArrayParser(), [cut as Uint8Array], isWhole)).toBeUndefined()
    }
  })
})

test.each<[format: 'json' | 'jsonl', text: string]>([
  ['jsonl', '{"a":1}{"a":2}\n'],
  ['jsonl', '{a:1}\n'],
  ['jsonl', '[\n'],
  ['jsonl', '{"a":1},\n'],
  ['jsonl', '{"a":1}\r{"a":2}\n'],
  ['json', '{"a":1}'],
  ['json', '{"data":[{"a":1}]}'],
  ['json', '{}'],
  ['json', '"a"'],
  ['json', '1 '],
  ['json', '[{a:1}]'],
  ['json', '[{"a":1}]]'],
  ['json', '[{"a":1}][]'],
  ['json', '[{"a":1},]'],
  ['json', '[{"a":1} {"a":2}]'],
  ['json', '{"a":1}\n{"a":2}\n'],
])('%s %j is malformed, in whatever chunks it comes', async (format, text) => {
  for (const chunks of everyCut(text)) {
    const parser = await make[format]()
    expect(() => parse(parser, chunks, true)).toThrow()
  }
})

test.each(['json', 'jsonl'] as const)('keys of %s that name a prototype are keys', async (format) => {
  const text = '{"__proto__":{"isAdmin":true},"constructor":{"prototype":1},"a":{"__proto__":null}}'
  const [record] = parse(
    await make[format](),
    [new TextEncoder().encode(format === 'json' ? `[${text}]` : text)],
    true,
  ) as [Record<string, unknown>]
  expect(record.isAdmin).toBeUndefined()
  expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
  expect(JSON.stringify(record)).toBe(text)
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
})

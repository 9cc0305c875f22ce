import { expect, test } from 'vitest'
import { createMarkSkipper } from '../../src/records/byte-order-mark.ts'
import { everyCut } from './chunks.ts'

test.each<[text: string, rest: string]>([
  ['\ufeffabc', 'abc'],
  ['\ufeff\ufeffabc', '\ufeffabc'],
  ['abc', 'abc'],
  ['a\ufeff', 'a\ufeff'],
  // Begins with two of its bytes.
  ['！\ufeff', '！\ufeff'],
  ['\uf000', '\uf000'],
  ['\ufeff', ''],
  ['', ''],
])('of %j remains %j', (text, rest) => {
  for (const chunks of everyCut(text)) {
    const skip = createMarkSkipper()
    expect(Buffer.concat(chunks.map((chunk) => skip(chunk))).toString()).toBe(rest)
  }
})

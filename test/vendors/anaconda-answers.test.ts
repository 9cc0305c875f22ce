import { expect, test } from 'vitest'
import { findId, isUrlOf } from '../../src/vendors/anaconda-answers.ts'

const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
const route = (of: string) => `https://anaconda.com/base/api/audit-logs/export/${of}/download`

test.each<[url: string, isOwn: boolean]>([
  [route(id), true],
  [route(id.toUpperCase()), true],
  [route(id.replace('0', '1')), false],
  ['https://s3.example/a.json?sig=1', true],
])('%s', (url, isOwn) => expect(isUrlOf(id, url)).toBe(isOwn))

test.each([[null], [undefined], ['text'], [[id]], [{ id: 'no-uuid' }]])('%j holds no id', (started) =>
  expect(findId(started, undefined)).toBeUndefined(),
)

import { expect, test } from 'vitest'
import { resolveUrl } from '../../src/http/download-url.ts'

const base = 'https://anaconda.com/base'
const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
const route = (of: string) => `${base}/api/audit-logs/export/${of}/download`

test.each<[url: string | null | undefined, read: string | undefined]>([
  [undefined, undefined],
  [null, undefined],
  ['', undefined],
  ['http://[', undefined],
  ['data:text/csv,a', undefined],
  ['http://10.0.0.1/a', undefined],
  ['https://s3.example/a.json?sig=1', 'https://s3.example/a.json?sig=1'],
  [route(id), route(id)],
  [route(id.toUpperCase()), route(id.toUpperCase())],
  [`api/audit-logs/export/${id}/download`, route(id)],
  [`${base}//x`, undefined],
  [`${base}/..%2fother`, undefined],
  [`${base}/x%5c..%5cother`, undefined],
  [`${base}/.%00./other`, undefined],
  ['https://s3.example/a%2Fb.json?sig=1', 'https://s3.example/a%2Fb.json?sig=1'],
  [`https://anaconda.com/other/${id}`, undefined],
  [`https://anaconda.com/api/audit-logs/export/${id}/download`, undefined],
])('%s', (url, read) => expect(resolveUrl(url, base)).toBe(read))

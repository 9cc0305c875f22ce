import { expect, test } from 'vitest'
import { isDataUrl, readDataUrl } from '../../src/http/download-url.ts'

const read = (url: string) => {
  const bytes = readDataUrl(url)
  return bytes && Buffer.from(bytes).toString()
}

const text = 'id,text\n1,"a #1 é€😀 100% %41 + &?"\n'

test.each([
  ['encodeURI, which leaves "#"', encodeURI(text)],
  ['encodeURIComponent', encodeURIComponent(text)],
  ['lower case', encodeURIComponent(text).toLowerCase()],
  ['escapes where they are needed only', text.replaceAll('%', '%25')],
])('what was written with %s', (what, data) => {
  const expected = what === 'lower case' ? decodeURIComponent(data) : text
  expect(read(`data:text/csv,${data}`)).toBe(expected)
  expect(read(`data:text/csv;charset=utf-8,${data}`)).toBe(expected)
  expect(read(`DATA:,${data}`)).toBe(expected)
})

test.each([
  ['100%', '100%'],
  ['100%,5', '100%,5'],
  ['%4', '%4'],
  ['%zz%2', '%zz%2'],
  ['%%34%31', '%41'],
  ['', ''],
  ['a,b,c', 'a,b,c'],
  ['a#b#c', 'a#b#c'],
  ['a\nb', 'a\nb'],
])('a "%%" that begins no escape stands for itself: %j', (data, expected) =>
  expect(read(`data:text/csv,${data}`)).toBe(expected),
)

const base64 = Buffer.from(text).toString('base64')

test.each([
  ['as it is', base64],
  ['without padding', base64.replace(/=+$/, '')],
  ['for URLs', Buffer.from(text).toString('base64url')],
  ['percent-encoded', encodeURIComponent(base64)],
  ['in lines', base64.replace(/(.{20})/g, '$1\r\n')],
  ['in encoded lines', base64.replace(/(.{20})/g, '$1%0A ')],
  ['with a fragment', `${base64}#page=1`],
])('base64 %s', (_, data) => {
  expect(base64).toMatch(/[+/=]/)
  for (const type of [
    'text/csv;base64',
    ';base64',
    'text/csv;charset=utf-8; BASE64 ',
    'text/csv;base64;charset=utf-8',
  ])
    expect(read(`data:${type},${data}`)).toBe(text)
})

test('bytes of any kind', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte)
  expect(readDataUrl(`data:;base64,${Buffer.from(bytes).toString('base64')}`)).toEqual(bytes)
  const escaped = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
  expect(readDataUrl(`data:,${escaped}`)).toEqual(bytes)
})

test.each(['data:text/csv', 'data:;base64,a', 'data:;base64,a===', 'data:;base64,é', 'data:;base64,%ff'])(
  '%j cannot be read',
  (url) => expect(readDataUrl(url)).toBeUndefined(),
)

test.each<[url: string, isData: boolean]>([
  ['data:,', true],
  ['Data:x', true],
  ['https://a.example/data:,', false],
])('%j is a data: URI: %j', (url, isData) => expect(isDataUrl(url)).toBe(isData))

test('base64 in the name of a parameter or a type is none', () => {
  expect(read('data:text/base64,YQ==')).toBe('YQ==')
  expect(read('data:text/csv;x=base64,YQ==')).toBe('YQ==')
})

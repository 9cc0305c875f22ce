import { describe, expect, test } from 'vitest'
import { readExpiry, readFormat, whyNotFollowed } from '../../src/http/download-url.ts'

const at = Date.parse('2026-11-25T12:00:00Z')
const store = 'https://store.example/exports/a.csv'

/** A policy as CloudFront signs it. */
function policyOf(condition: object): string {
  const json = JSON.stringify({ Statement: [{ Resource: 'https://x.example/~?>>>', Condition: condition }] })
  return Buffer.from(json).toString('base64').replaceAll('+', '-').replaceAll('=', '_').replaceAll('/', '~')
}

const epoch = (ms: number) => ({ 'AWS:EpochTime': ms / 1_000 })

describe('the expiry of', () => {
  test.each([
    ['S3, signature 4', 'X-Amz-Date=20261125T110000Z&X-Amz-Expires=3600&X-Amz-Signature=s'],
    ['Google, signature 4', 'X-Goog-Date=20261125T110000Z&X-Goog-Expires=3600&X-Goog-Signature=s'],
    ['S3, signature 2', `AWSAccessKeyId=k&Expires=${at / 1_000}&Signature=s`],
    ['Google, signature 2', `GoogleAccessId=k&Expires=${at / 1_000}&Signature=s`],
    ['CloudFront', `Expires=${at / 1_000}&Signature=s&Key-Pair-Id=k`],
    ['CloudFront, by policy', `Policy=${policyOf({ DateLessThan: epoch(at) })}&Signature=s&Key-Pair-Id=k`],
    [
      'CloudFront, by policy with a beginning',
      `Policy=${policyOf({ DateGreaterThan: epoch(at - 5_000), DateLessThan: epoch(at), IpAddress: { 'AWS:SourceIp': '?>?>' } })}&Signature=s`,
    ],
    ['Azure', 'sv=2024-11-04&se=2026-11-25T12%3A00%3A00Z&sr=b&sig=s'],
    ['Azure, to the minute', 'se=2026-11-25T12:00Z&sig=s'],
  ])('%s', (_, query) => expect(readExpiry(`${store}?${query}`)).toEqual(new Date(at)))

  test('Azure, to the day', () => {
    expect(readExpiry(`${store}?se=2026-11-25&sig=s`)).toEqual(new Date('2026-11-25T00:00:00Z'))
  })

  test.each([
    ['', 'nothing'],
    ['X-Amz-Date=20261125T110000Z', 'no time'],
    ['X-Amz-Date=2026-11-25&X-Amz-Expires=3600', 'another date'],
    ['X-Amz-Date=20261325T110000Z&X-Amz-Expires=3600', 'no date'],
    ['X-Amz-Date=20261125T110000Z&X-Amz-Expires=-1', 'no number'],
    ['X-Amz-Date=20261125T110000Z&X-Amz-Expires=99999999', 'a number too long'],
    [`Expires=${at / 1_000}`, 'no signature'],
    ['Expires=tomorrow&Signature=s', 'a word'],
    ['Expires=999999999999&Signature=s', 'a number too long'],
    ['Policy=%%%&Signature=s', 'no policy'],
    [`Policy=${policyOf({ DateGreaterThan: epoch(at) })}&Signature=s`, 'a beginning only'],
    ['se=2026-11-25T12:00:00Z', 'no signature'],
    ['se=1&sig=s', 'no date'],
    ['se=2026-13-25&sig=s', 'no such date'],
    ['se=2026-11-25T12:00:00&sig=s', 'no zone'],
  ])('%j is not known: %s', (query) => expect(readExpiry(`${store}?${query}`)).toBeUndefined())

  test('what is no URL is not known', () => expect(readExpiry('x')).toBeUndefined())
})

test.each([
  [store, 'csv'],
  [`${store}?x=a.json#b.json`, 'csv'],
  ['https://store.example/a.JSON', 'json'],
  ['https://store.example/a.jsonl', 'jsonl'],
  ['https://store.example/a.ndjson', 'jsonl'],
  ['https://store.example/a.csv.gz', undefined],
  ['https://store.example/a.toString', undefined],
  ['https://store.example/csv', undefined],
  ['https://store.example', undefined],
  ['data:text/csv,a', 'csv'],
  ['data:application/json;base64,W10=', 'json'],
  ['DATA:Application/X-NDJSON;charset=utf-8,{}', 'jsonl'],
  ['data:text/plain,.csv', undefined],
  ['data:,a.csv', undefined],
  ['x', undefined],
])('the format of %j is %j', (url, format) => expect(readFormat(url)).toBe(format))

describe('a URL is', () => {
  test.each([store, 'data:text/csv,a#b', 'http://127.0.0.1:9/a', 'http://localhost/a'])(
    'followed: %j',
    (url) => expect(whyNotFollowed(url, 'http://127.0.0.1:1')).toBeUndefined(),
  )

  test.each([
    ['/a.csv', 'is not a URL'],
    ['http://store.example/a', 'is not https'],
    ['file:///etc/passwd', 'is not https'],
    ['https://user@store.example/a', 'contains credentials'],
    ['https://:pass@store.example/a', 'contains credentials'],
    ['https://10.0.0.1/a', 'leads into a private network'],
    ['http://localhost/a', 'leads into a private network'],
  ])('not followed: %j %s', (url, why) => expect(whyNotFollowed(url, 'https://vendor.example')).toBe(why))

  test('within a private network followed by one that is there itself', () => {
    expect(whyNotFollowed('https://10.0.0.1/a', 'https://10.0.0.2')).toBeUndefined()
  })
})

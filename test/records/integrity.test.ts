import { describe, expect, test } from 'vitest'
import { checkIntegrity, type ReceivedFile } from '../../src/records/integrity.ts'

const file: ReceivedFile = {
  vendor: 'acme',
  subject: 'export "exp-1"',
  bytes: 100,
  evidence: { isProven: false, isBroken: false, isEmpty: false },
}
const evidence = (given: Partial<ReceivedFile['evidence']>) => ({ evidence: { ...file.evidence, ...given } })
const empty = { bytes: 0, ...evidence({ isEmpty: true, records: 0 }) }
const close = { isFramed: false }

describe('is whole', () => {
  test.each<[what: string, given: Partial<ReceivedFile>]>([
    ['of the size that was told', { size: 100, ...close }],
    ['of which the end was marked', { isFramed: true }],
    ['of which nobody knows how it was sent', {}],
    ['with the checksum that was told', { ...close, isVerified: true }],
    ['broken, with the checksum that was told', { isVerified: true, ...evidence({ isBroken: true }) }],
    ['with a short last row, of the size that was told', { size: 100, ...evidence({ isRagged: true }) }],
    ['that proves it by its format', { ...close, ...evidence({ isProven: true }) }],
    [
      'with all lines that were counted',
      { ...close, format: 'jsonl', ...evidence({ records: 5 }), job: { totalRecords: 5 } },
    ],
    [
      'with more lines than were counted',
      { ...close, format: 'jsonl', ...evidence({ records: 6 }), job: { totalRecords: 5 } },
    ],
    ['of the size that was counted', { ...close, job: { fileSize: 100 } }],
    ['larger than was counted', { isFramed: true, job: { fileSize: 99 } }],
    [
      'whose elements are not the records that were counted',
      { isFramed: true, ...evidence({ records: 2, mayNest: true }), job: { totalRecords: 5 } },
    ],
    ['whose records cannot be counted', { isFramed: true, job: { totalRecords: 5 } }],
    ['that is empty, of which the end was marked', { ...empty, isFramed: true }],
    ['that is empty, as was told', { ...empty, ...close, size: 0 }],
    ['that is empty, as was counted', { ...empty, ...close, job: { totalRecords: 0, fileSize: 0 } }],
  ])('one %s', (_, given) => expect(checkIntegrity({ ...file, ...given })).toBeUndefined())
})

const incomplete = { name: 'ResponseError', code: 'incomplete', vendor: 'acme', retryable: false }
const network = { name: 'TransportError', code: 'network', vendor: 'acme', retryable: true }

test.each<[what: string, given: Partial<ReceivedFile>, error: object, message: string]>([
  ['shorter than told', { size: 101, isFramed: true }, network, 'broke off after 100 of 101 bytes'],
  [
    'longer than told',
    { size: 99, isFramed: true },
    incomplete,
    'has 100 bytes, but the server announced 99',
  ],
  ['shorter than counted', { size: 100, job: { fileSize: 101 } }, incomplete, '100 of the 101 bytes'],
  [
    'with fewer lines than counted',
    { size: 100, format: 'jsonl', ...evidence({ records: 4 }), job: { totalRecords: 5 } },
    incomplete,
    '4 of the 5 records',
  ],
  [
    'with fewer rows than counted',
    { size: 100, format: 'csv', ...evidence({ records: 4 }), job: { totalRecords: 5 } },
    incomplete,
    '4 of the 5 records',
  ],
  [
    'with an empty array, and some counted',
    { size: 100, ...evidence({ records: 0, isProven: true, mayNest: true }), job: { totalRecords: 5 } },
    incomplete,
    '0 of the 5 records',
  ],
  [
    'with one object, and some counted',
    { size: 100, format: 'json', ...evidence({ records: 1, isProven: true }), job: { totalRecords: 5 } },
    incomplete,
    '1 of the 5 records',
  ],
  [
    'with fewer rows than counted, and a checksum',
    { size: 100, isVerified: true, ...evidence({ records: 4 }), job: { totalRecords: 5 } },
    incomplete,
    '4 of the 5 records',
  ],
  [
    'empty, and some counted',
    { ...empty, isFramed: true, format: 'json', job: { totalRecords: 1 } },
    incomplete,
    '0 of the 1 records',
  ],
  [
    'empty, and bytes counted',
    { ...empty, isFramed: true, job: { totalRecords: 0, fileSize: 2 } },
    incomplete,
    '0 of the 2 bytes',
  ],
  [
    'broken, and all that was sent',
    { size: 100, ...evidence({ isBroken: true }) },
    incomplete,
    'ends in the middle',
  ],
  [
    'broken, and its end marked',
    { isFramed: true, ...evidence({ isBroken: true }) },
    incomplete,
    'ends in the middle',
  ],
  [
    'broken, and perhaps cut',
    { ...close, ...evidence({ isBroken: true }) },
    network,
    'in the middle, after 100 bytes',
  ],
  ['ragged, and perhaps cut', { ...close, ...evidence({ isRagged: true }) }, network, 'in the middle'],
  ['broken, who knows why', evidence({ isBroken: true }), network, 'in the middle, after 100 bytes'],
  ['that shows nothing', close, incomplete, 'may have been cut'],
  [
    'that shows nothing, with rows enough',
    { ...close, format: 'csv', ...evidence({ records: 6 }), job: { totalRecords: 5 } },
    incomplete,
    'may have been cut',
  ],
  [
    'that shows nothing, with lines and no count',
    { ...close, format: 'jsonl', ...evidence({ records: 6 }), job: { totalRecords: 0 } },
    incomplete,
    'may have been cut',
  ],
  ['that is empty, and shows nothing', { ...empty, ...close, job: {} }, incomplete, 'may have been cut'],
])('one %s is not', (_, given, expected, message) => {
  const error = checkIntegrity({ ...file, ...given })
  expect(error).toMatchObject(expected)
  expect(error?.message).toContain(message)
  expect(error?.message).toContain('acme export "exp-1"')
  expect(error?.advice).toContain('Download it again')
})

test('a polluted prototype vouches for no file', () => {
  const file = { ...empty, ...close, job: {} } as never
  Object.defineProperty(Object.prototype, 'isVerified', { value: true, configurable: true })
  const error = checkIntegrity(file)
  delete (Object.prototype as { isVerified?: boolean }).isVerified
  expect(error).toMatchObject({ code: 'incomplete' })
})

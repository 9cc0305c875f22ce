import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

// What each vendor published, part by part, as the hash of its canonical JSON: ours may add, never alter.
const published: Record<string, Record<string, string>> = {
  tyk: {
    openapi: '6bed305af41333cc',
    info: 'badb4aba36c8b150',
    servers: 'd05cbe44b6f06f7d',
    security: '4f53cda18c2baa0c',
    'paths /exports/{id}': 'e7ef7a07a14e5612',
    'components schemas models.ProxyLogExportResponse': '6ef1cbea1c92375a',
    'components schemas models.ErrorResponse': '273aee18e95762c1',
    'components schemas models.ProxyLogExportAttributes': '79a332497b553a6e',
    'components schemas models.ExportSourceType': 'afedbcae56abd3cd',
    'components schemas models.ExportStatus': '73aab420b18abef6',
    'components securitySchemes': 'ef012f19bba236e1',
  },
  anaconda: {
    openapi: '536c8d78e8a0acbe',
    info: '79f6bd1b1961cbb3',
    servers: 'acce06864b626034',
    security: '4f53cda18c2baa0c',
    'paths /api/audit-logs/export/{job_id}': 'e64b5db716e6d513',
    'components schemas ExportJobResponse': 'd0035c7537eadd8f',
    'components schemas HTTPValidationError': 'c582a256c2364c5c',
    'components schemas ValidationError': '1d8a107110e3e898',
    'components securitySchemes': '46a8bc61ced0cada',
  },
  loyaltydog: {
    openapi: '536c8d78e8a0acbe',
    info: 'a8956eb16e1a821b',
    servers: '17554f2efe31b8c9',
    security: '8c620f3bf5554dfe',
    'paths /v2/giftcards/audit-logs/export/{task_id}': 'e83d16933d6007c9',
    'components schemas ExportStatusResponse': 'a46d6ccd6ce3517e',
    'components schemas HTTPValidationError': '7373c21f13893123',
    'components schemas ValidationError': 'ca285d0c0e64c428',
    'components securitySchemes': 'f632fc2d5d4eb918',
  },
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )

const hash = (value: unknown) =>
  createHash('sha256')
    .update(canonical(value) ?? 'absent')
    .digest('hex')
    .slice(0, 16)

const partAt = (document: unknown, pointer: string) =>
  pointer
    .split(' ')
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], document)

const specification = (vendor: string): unknown =>
  parse(readFileSync(new URL(`../../specs/${vendor}.yaml`, import.meta.url), 'utf8'))

describe.each(Object.entries(published))('specs/%s.yaml', (vendor, parts) => {
  const document = specification(vendor)

  test.each(Object.entries(parts))('%s is as published', (pointer, expected) => {
    expect(hash(partAt(document, pointer))).toBe(expected)
  })
})

describe.each(['tyk', 'anaconda', 'loyaltydog', 'didomi'])('specs/%s.yaml', (vendor) => {
  const document = specification(vendor) as {
    paths: Record<string, Record<string, { description?: string }>>
  }

  test('each operation that we described says where it comes from', () => {
    for (const [path, item] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(item))
        if (!Object.hasOwn(published[vendor] ?? {}, `paths ${path}`))
          expect([method, path, operation.description]).toEqual([
            method,
            path,
            expect.stringMatching(/Source: (doc|code|likely)\./),
          ])
  })
})

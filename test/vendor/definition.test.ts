import { describe, expect, test } from 'vitest'
import { defineVendor } from '../../src/vendor/define-vendor.ts'

const whole = { vendor: 'acme', statuses: { done: 'completed' }, get: async () => ({}) }

describe('a definition that cannot be is refused where it is written', () => {
  test.each<[what: string, definition: unknown, words: string]>([
    ['nothing', undefined, 'defineVendor takes'],
    ['no name', { ...whole, vendor: '' }, 'defineVendor takes'],
    ['no get', { ...whole, get: undefined }, 'get of acme'],
    ['no statuses', { ...whole, statuses: undefined }, 'statuses of acme'],
    ['statuses of another type', { ...whole, statuses: ['done'] }, 'statuses of acme'],
    [
      'a status that does not exist',
      { ...whole, statuses: { done: 'finished' } },
      'statuses.done of acme must be one of pending, running, completed, failed, canceled, expired, unknown.',
    ],
    ['an auth that there is not', { ...whole, auth: 'apikey' }, 'auth of acme'],
    ...['headers', 'idOf', 'start', 'cancel', 'problem', 'extend'].map((name): [string, unknown, string] => [
      `a word for ${name}`,
      { ...whole, [name]: 'x' },
      `${name} of acme`,
    ]),
  ])('%s', (_, definition, words) => {
    expect(() => defineVendor(definition as never)).toThrow(
      expect.objectContaining({ code: 'invalid-option', message: expect.stringContaining(words) }),
    )
  })
})

import { describe, expect, test } from 'vitest'
import { formatRef, parseTarget, parseTargets } from '../../src/cli/vendors.ts'

describe('refs', () => {
  test('a word that names a vendor switches to it', () => {
    const targets = parseTargets(['tyk', 'a', 'b', 'didomi', 'e/r', 'tyk', 'c', 'a'])
    expect(targets.map(({ vendor, text }) => `${vendor}:${text}`)).toEqual([
      'tyk:a',
      'tyk:b',
      'didomi:e/r',
      'tyk:c',
    ])
    expect(targets[2]?.ref).toEqual({ exportId: 'e', runId: 'r' })
    expect(formatRef(targets[2]?.ref)).toBe('e/r')
  })

  test.each([['didomi'], ['tyk didomi'], ['didomi tyk a']])('a vendor without refs: %s', (words) => {
    expect(() => parseTargets(['anaconda', 'x', ...words.split(' ')])).toThrow(/No export of/)
  })

  test.each(['e', 'e/', '/r', 'e/r/s'])('no run of Didomi: %s', (text) => {
    expect(() => parseTarget('didomi', text)).toThrow('EXPORT_ID/RUN_ID')
  })
})

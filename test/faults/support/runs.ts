import { vi } from 'vitest'
import fc from '../../support/fast-check.ts'

/** How often a property is tried: a thousand times, and a hundred thousand each night. */
export const runs = Number(process.env.FAST_CHECK_RUNS ?? 1_000)

vi.setConfig({ testTimeout: Math.max(30_000, 2 * runs) })

/** A text that a parser takes, with a bit of it replaced: what is nearly right finds more than what is quite wrong. */
export const nearly = (right: fc.Arbitrary<string>) =>
  fc
    .tuple(right, fc.nat(60), fc.nat(2), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([text, at, gone, put]) => text.slice(0, at) + put + text.slice(at + gone))
export const anyText = fc.string({ unit: 'binary', maxLength: 80 })

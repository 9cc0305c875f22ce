import { expect, test, vi } from 'vitest'
import { waitForCompletion } from '../../src/index.ts'
import { completed, naiveClock, scripted } from '../wait/world.ts'

test('fake timers that were there for a while hold up none of the waits that come later', async () => {
  const client = scripted(naiveClock(), completed)
  vi.useFakeTimers()
  await waitForCompletion(client, 'e1')
  vi.useRealTimers()
  for (let count = 0; count < 250; count++) {
    const late = new Promise((resolve) => setTimeout(resolve, 500, 'late'))
    expect(await Promise.race([waitForCompletion(client, 'e1'), late])).toMatchObject({ status: 'completed' })
  }
})

import { onTestFinished } from 'vitest'

/** Listens for rejections that nobody handles, for one test. What it returns tells which there were. */
export function watchRejections(): () => Promise<unknown[]> {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  return async () => {
    // Node tells of them once the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve))
    return unhandled
  }
}

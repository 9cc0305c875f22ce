import { TransportError } from '../errors.ts'
import { throwIfAborted, withTimeout } from '../internal/abort.ts'
import { describeThrown } from '../internal/describe-thrown.ts'
import type { SharedRateLimit } from './client-options.ts'

/**
 * Waits until a limit that is kept elsewhere lets a request begin.
 *
 * @throws TransportError `network`, with nothing sent, for whatever the limit throws; the signal's reason on abort.
 */
export async function takeShared(
  limit: SharedRateLimit,
  vendor: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await withTimeout(async (own) => limit.take(own), { signal })
  } catch (error) {
    throwIfAborted(signal)
    const message = `The rateLimit of the ${vendor} client threw ${describeThrown(error)}. Its text is not shown, as it may hold a secret.`
    throw new TransportError('network', message, vendor, false, 'Nothing was sent. Look at take().')
  }
}

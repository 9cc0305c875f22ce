import { createHash } from 'node:crypto'
import { serverOf } from '../internal/server-of.ts'

/** What tells the servers of one vendor apart in a note, which holds no URL; undefined for a client of the user's own. */
export function hashOfServer(client: object): string | undefined {
  const server = serverOf(client)
  return server === undefined ? undefined : createHash('sha256').update(server).digest('hex').slice(0, 32)
}

import * as bullmq from 'bullmq'
import { Redis } from 'ioredis'
import pg from 'pg'
import { startPostgres } from './postgres.ts'
import { startRedis } from './redis.ts'

/** What holds the queues: Redis, or PostgreSQL where the environment says `STORE=postgres`. */
export interface TestStore {
  /** The `connection` of everything that BullMQ makes. */
  readonly connection: bullmq.ConnectionOptions
  /** All that it holds, as text. */
  dump(): Promise<string>
  /** Its process is killed, and starts over from its log. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/** @param options.log - Redis keeps each write in a file, as PostgreSQL always does, and survives a crash */
export async function startStore(options: { readonly log?: boolean } = {}): Promise<TestStore> {
  return process.env.STORE === 'postgres' ? startPostgresStore() : startRedisStore(options)
}

async function startRedisStore(options: { readonly log?: boolean }): Promise<TestStore> {
  const { connection, crash, stop } = await startRedis(options)
  return {
    connection,
    crash,
    stop,
    async dump() {
      const client = new Redis(connection)
      const texts: string[] = []
      for (const key of await client.keys('*')) {
        const read = {
          hash: ['HGETALL', key],
          zset: ['ZRANGE', key, '0', '-1', 'WITHSCORES'],
          list: ['LRANGE', key, '0', '-1'],
          set: ['SMEMBERS', key],
          stream: ['XRANGE', key, '-', '+'],
          string: ['GET', key],
        }[await client.type(key)]
        // It may have gone since it was listed.
        if (read) texts.push(key, JSON.stringify(await client.call(...(read as [string, ...string[]]))))
      }
      client.disconnect()
      return texts.join('\n')
    },
  }
}

async function startPostgresStore(): Promise<TestStore> {
  bullmq.setDefaultBackendFactory(bullmq.createPostgresBackend)
  const { connectionString, crash, stop } = await startPostgres()
  // BullMQ's types know of the connection of a backend only where each class is given the backend by hand.
  const connectionOf = (options: object) => ({ connectionString, ...options }) as bullmq.ConnectionOptions
  const first = new bullmq.Queue('first', { connection: connectionOf({ migrate: true }) })
  await first.waitUntilReady()
  await first.close()
  return {
    connection: connectionOf({}),
    crash,
    stop,
    async dump() {
      const client = new pg.Client({ connectionString })
      await client.connect()
      const tables = await client.query(`select tablename from pg_tables where schemaname = 'bullmq'`)
      const texts: string[] = []
      for (const { tablename } of tables.rows)
        texts.push(JSON.stringify((await client.query(`select * from bullmq.${tablename}`)).rows))
      await client.end()
      return texts.join('\n')
    },
  }
}

// What a hundred thousand sleeping waits take of Redis: npm run soak:engines has no part in it.
//
//   npx tsx --tsconfig test/engines/tsconfig.json test/engines/soak/sleeping.ts 100000
import { Queue } from 'bullmq'
import { type WaitJobData, waitJob } from 'export-jobs/bullmq'
import { Redis } from 'ioredis'
import { startRedis } from '../support/redis.ts'

const count = Number(process.argv[2] ?? 100_000)
const redis = await startRedis()
const client = new Redis(redis.connection)
const queue = new Queue<WaitJobData>('waits', { connection: redis.connection })
const memory = async () => Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])

await queue.waitUntilReady()
const before = await memory()
const began = performance.now()
for (let from = 0; from < count; from += 1_000) {
  const jobs = Array.from({ length: Math.min(1_000, count - from) }, (_, index) => {
    const { name, data, opts } = waitJob('tyk', `export-${from + index}`, { timeout: '1d' })
    return { name, data, opts: { ...opts, delay: 3_600_000 } }
  })
  await queue.addBulk(jobs)
}
const seconds = (performance.now() - began) / 1_000
const each = ((await memory()) - before) / count
console.log(`${count} waits asleep: ${each.toFixed(0)} bytes each, added in ${seconds.toFixed(1)} s`)
await queue.close()
client.disconnect()
await redis.stop()

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './redis.ts'

/** A PostgreSQL of one's own, on loopback. */
export interface TestPostgres {
  readonly connectionString: string
  /** As a power cut to the process, and a start over from its log. */
  crash(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the newest PostgreSQL of Debian's packages.
 *
 * @throws Error where none is installed
 */
export async function startPostgres(): Promise<TestPostgres> {
  const versions = '/usr/lib/postgresql'
  const version = existsSync(versions) ? readdirSync(versions).sort().at(-1) : undefined
  if (!version) throw new Error('PostgreSQL is not installed: apt-get install postgresql')
  const bin = join(versions, version, 'bin')
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-postgres-'))
  // It refuses to run as root.
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  const owner = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : {}
  if (owner.uid !== undefined) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    ...owner,
    stdio: 'ignore',
  })
  const port = await freePort()
  const settings = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-F']
  let server: ChildProcess | undefined

  const start = async () => {
    for (let tries = 0; tries < 500; tries++) {
      // What a crash has left of an earlier one may be in the way for a moment: it then ends at once.
      if (server?.exitCode !== null)
        server = spawn(join(bin, 'postgres'), settings, { ...owner, stdio: 'ignore' })
      const isReady = ['-h', '127.0.0.1', '-p', String(port)]
      if (spawnSync(join(bin, 'pg_isready'), isReady, { stdio: 'ignore' }).status === 0) return
      await sleep(50)
    }
    throw new Error('PostgreSQL did not answer within 25 s.')
  }
  const kill = async (signal: NodeJS.Signals) => {
    const ended = server && once(server, 'exit')
    server?.kill(signal)
    await ended
    server = undefined
  }

  await start()
  return {
    connectionString: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async crash() {
      await kill('SIGKILL')
      await start()
    },
    async stop() {
      await kill('SIGINT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

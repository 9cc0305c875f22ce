import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../engines/support/redis.ts'

const server = fileURLToPath(
  new URL('../node_modules/@restatedev/restate-server-linux-x64/bin/restate-server', import.meta.url),
)

/** Its server comes as a package for Linux on x64, which npm leaves out elsewhere. */
export const isRestateInstalled: boolean = existsSync(server)

/** A Restate server of one's own, on loopback. */
export interface TestRestate {
  /** Where invocations go. */
  readonly ingress: string
  /** Tells it where services are. */
  register(uri: string): Promise<void>
  /** The kinds of the entries of its journals. */
  journal(): Promise<string[]>
  /** As a power cut to its process, and a start over from its log. */
  crash(): Promise<void>
  stop(): Promise<void>
}

export async function startRestate(): Promise<TestRestate> {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-restate-'))
  const [admin, ingress, node] = [await freePort(), await freePort(), await freePort()]
  const env = {
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
    RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
    RESTATE_DISABLE_TELEMETRY: 'true',
  }
  const start = () => spawn(server, ['--base-dir', folder, '--node-name', 'test'], { env, stdio: 'ignore' })
  let child = start()
  const kill = async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }
  return {
    ingress: `http://127.0.0.1:${ingress}`,
    async register(uri) {
      await answers(`http://127.0.0.1:${admin}/deployments`, json({ uri }))
    },
    async journal() {
      const answer = await fetch(
        `http://127.0.0.1:${admin}/query`,
        json({ query: 'SELECT entry_type FROM sys_journal' }),
      )
      const { rows } = (await answer.json()) as { rows: { entry_type: string }[] }
      return rows.map((row) => row.entry_type)
    },
    async crash() {
      await kill()
      child = start()
      await answers(`http://127.0.0.1:${ingress}/restate/health`)
    },
    async stop() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A request with such a body, for an answer in JSON. */
export const json = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: JSON.stringify(body),
})

async function answers(url: string, request?: RequestInit): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    const answer = await fetch(url, request).catch(() => undefined)
    if (answer?.ok) return
    await sleep(50)
  }
  throw new Error('restate-server did not answer within 25 s.')
}

import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getResponse, HttpResponse, http } from 'msw'
import { expect, onTestFinished, vi } from 'vitest'
import { Interruption } from '../../src/cli/shell.ts'
import { recordsOf } from '../../src/testing/files.ts'
import { startWorld } from './world.ts'

/** So many records are some pieces of a file. */
export const records = 12_000

export const csv = `id,action,actor\n${recordsOf(records)
  .map(({ id, action, actor }) => `${id},${action},${actor}\n`)
  .join('')}`

type Answer = (request: Request) => Response | Promise<Response>

/** The vendors, and a folder to save files to that is gone when the test is over. */
export async function startSaving() {
  const answers: Answer[] = []
  const downloads = ['*/loyaltydog-bucket/*', '*/exports/:id/download'].map((path) =>
    http.get(path, ({ request }) => answers.shift()?.(request)),
  )
  const world = await startWorld(...downloads)
  const { simulator } = world
  const folder = await mkdtemp(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const to = join(folder, 'out.csv')
  const controller = new AbortController()

  /** The file, of which a piece comes; when it has been written, something happens. */
  const afterOnePiece =
    (happen: (stream: ReadableStreamDefaultController) => void): Answer =>
    async (request) => {
      const whole = (await getResponse(simulator.handlers, request)) as Response
      const reader = whole.body?.getReader()
      let isFirst = true
      const body = new ReadableStream({
        async pull(stream) {
          if (!isFirst) {
            await vi.waitFor(async () => expect((await stat(`${to}.part`)).size).toBeGreaterThan(0))
            return happen(stream)
          }
          isFirst = false
          stream.enqueue((await reader?.read())?.value)
        },
      })
      return new HttpResponse(body, { status: whole.status, headers: whole.headers })
    }

  const refuse =
    (status: number): Answer =>
    () =>
      new HttpResponse(null, { status, headers: { 'retry-after': '120' } })

  return {
    ...world,
    folder,
    to,
    controller,
    names: async () => (await readdir(folder)).sort(),
    read: (name: string) => readFile(join(folder, name), 'utf8'),
    /** The next downloads are answered so. */
    answerDownload: (...more: Answer[]) => void answers.push(...more),
    /** The download breaks off, and is then refused for longer than the command has patience. */
    breakOff: () =>
      void answers.push(
        afterOnePiece((stream) => stream.error(new Error('cut'))),
        refuse(503),
      ),
    /** The user interrupts the download. */
    interrupt: () => void answers.push(afterOnePiece(() => controller.abort(new Interruption(130)))),
    refuse,
    /** How many exports were asked for. */
    starts: () => simulator.requests.filter(({ method }) => method === 'POST').length,
    /** The ranges that downloads asked for. */
    ranges: () =>
      simulator.requests
        .filter(({ path }) => /bucket|download$/.test(path))
        .map(({ headers }) => headers.get('range')),
  }
}

export type Saving = Awaited<ReturnType<typeof startSaving>>

/** The command that starts an export and saves its file. */
export const startWords = (to: string, ...flags: string[]) => [
  'start',
  'loyaltydog',
  '--format',
  'csv',
  '--download',
  to,
  '--min-delay',
  '20ms',
  ...flags,
]

/** What the note of that command says of it. */
export const asked = { vendor: 'loyaltydog', params: { format: 'csv' } as object }

/** What is said of one that was stopped while it asked. */
export const unknown = 'An earlier run asked for this export, but did not learn whether it was started.'

/** All that came of a run. */
export async function outcomeOf(saving: Saving, { code }: { code: number | null }) {
  return { code, starts: saving.starts(), names: await saving.names() }
}

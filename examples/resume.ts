// Polls in steps and stores its state in a file: killed at any moment and started again, it resumes.
//   node --import tsx examples/resume.ts
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { isExportJobsError, pollOnce, startWait, WaitError, type WaitState } from 'export-jobs'
import { createTykClient } from 'export-jobs/tyk'

const { TYK_BASE_URL = '', TYK_TOKEN = '', TYK_APP_ID = '1', STATE_FILE = 'wait-state.json' } = process.env
const { START_DATE = '', END_DATE = '' } = process.env

const client = createTykClient({ baseUrl: TYK_BASE_URL, token: TYK_TOKEN })

async function load(): Promise<WaitState<string> | undefined> {
  try {
    return JSON.parse(await readFile(STATE_FILE, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

// Written under another name first, so that a kill during the write does not leave half a state.
async function save(state: WaitState<string>): Promise<void> {
  await writeFile(`${STATE_FILE}.new`, JSON.stringify(state))
  await rename(`${STATE_FILE}.new`, STATE_FILE)
}

async function begin(): Promise<WaitState<string>> {
  const since = new Date()
  const id = await client.start({
    source_type: 'app',
    source_id: Number(TYK_APP_ID),
    start_date: START_DATE,
    end_date: END_DATE,
  })
  const state = startWait(id, { since })
  await save(state)
  console.log(`started ${id}`)
  return state
}

try {
  const kept = await load()
  if (kept) console.log(`resuming ${kept.ref} after ${kept.polls} polls`)
  let state = kept ?? (await begin())

  while (true) {
    const { update, state: after, wakeAt } = await pollOnce(client, state, { timeout: '1d' })
    state = after
    await save(state)
    console.log(update.type === 'job' ? update.job.status : `the poll failed: ${update.error.code}`)
    // If `wakeAt` is undefined, the export has finished, completed or not.
    if (!wakeAt) break
    await sleep(Math.max(0, wakeAt.getTime() - Date.now()))
  }

  // So that the next run of the program starts a new export.
  await rm(STATE_FILE)
} catch (error) {
  if (!isExportJobsError(error)) throw error
  // The next run resumes from this state, with a fresh timeout.
  if (error instanceof WaitError) await save(error.state)
  console.error(error.message)
  process.exitCode = error instanceof WaitError ? 124 : 1
}

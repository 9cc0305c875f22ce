// Starts an export at Tyk AI Studio, waits for it, and writes the file to stdout:
//   node --import tsx examples/script.ts > export.json
import { pipeline } from 'node:stream/promises'
import { isExportJobsError, JobFailedError, WaitError, waitForCompletion } from 'export-jobs'
import { createTykClient } from 'export-jobs/tyk'

const { TYK_BASE_URL = '', TYK_TOKEN = '', TYK_APP_ID = '1', START_DATE = '', END_DATE = '' } = process.env

// Ctrl-C ends the current sleep, request or download. The export itself continues at Tyk.
const interruption = new AbortController()
const { signal } = interruption
process.once('SIGINT', () => interruption.abort(new Error('interrupted')))

// On stderr, because stdout is the file.
const tell = (text: string) => console.error(text)

try {
  const client = createTykClient({ baseUrl: TYK_BASE_URL, token: TYK_TOKEN })
  const id = await client.start(
    { source_type: 'app', source_id: Number(TYK_APP_ID), start_date: START_DATE, end_date: END_DATE },
    { signal },
  )
  // Print the id at once: if the script is killed, it is needed to find the export.
  tell(`started ${id}`)

  const job = await waitForCompletion(client, id, {
    signal,
    timeout: '2h',
    onUpdate(update) {
      if (update.type === 'job') tell(`${update.job.status}`)
      else tell(`the poll failed (${update.error.code}), next at ${update.nextPollAt.toISOString()}`)
    },
  })

  tell(`downloading ${job.totalRecords ?? 'an unknown number of'} records`)
  const { body } = await client.openDownload(job, { signal })
  await pipeline(body, process.stdout, { end: false })
} catch (error) {
  // Errors of the package are printed in one line. Anything else is a bug and keeps its stack.
  if (error !== signal.reason && !isExportJobsError(error)) throw error
  if (error instanceof JobFailedError) {
    tell(error.job.status === 'failed' ? `the export failed: ${error.job.reason}` : error.message)
  } else {
    tell((error as Error).message)
  }
  // 124, as of timeout(1): the export has not failed and may still complete.
  process.exitCode = error instanceof WaitError ? 124 : 1
}

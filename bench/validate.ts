// What it costs to check an answer, with no network: the schemas of the source, as the package does not export them.

import { exportJob } from '../specs/anaconda.schema.ts'
import { exportResponse } from '../specs/tyk.schema.ts'
import { anacondaBody, tykBody } from './bodies.ts'
import { type Contestant, compare, spread } from './measure.ts'
import { save } from './report.ts'
import { anacondaSchema, tykSchema } from './schemas.ts'

const rounds = Number(process.env.ROUNDS ?? 600)
const id = '0f8fad5b-d9cb-469f-a165-70867728950e'

function contestants(text: string, ways: Record<string, (body: unknown) => unknown>): Contestant[] {
  return Object.entries(ways).map(([name, way]) => ({
    name,
    run(times) {
      let last: unknown
      for (let time = 0; time < times; time++) last = way(JSON.parse(text))
      if (last === undefined) throw new Error(`${name} found nothing`)
    },
  }))
}

// What one would write for oneself: the fields that are used, and a status from a table.
function readTykByHand(body: unknown) {
  const { id, attributes: { status, requested_at, error_message } = {} } = body as {
    id?: unknown
    attributes?: Record<string, unknown>
  }
  if (typeof id !== 'string' || typeof status !== 'string') throw new TypeError('not as documented')
  return { id, status: words[status] ?? 'unknown', createdAt: readDate(requested_at), error_message }
}

function readAnacondaByHand(body: unknown) {
  const { id, status, created_at, progress, error_message } = body as Record<string, unknown>
  if (typeof id !== 'string' || typeof status !== 'string') throw new TypeError('not as documented')
  return { id, status: words[status] ?? 'unknown', createdAt: readDate(created_at), progress, error_message }
}

const words: Readonly<Record<string, string>> = {
  pending: 'pending',
  processing: 'running',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
}
const readDate = (text: unknown) => (typeof text === 'string' ? new Date(text) : undefined)

const bodies = {
  Tyk: contestants(tykBody(id), {
    nothing: (body) => body,
    'nothing (A/A)': (body) => body,
    'check by hand': readTykByHand,
    zod: (body) => tykSchema.parse(body),
    '**our schema, of zod/mini**': (body) => exportResponse.parse(body),
  }),
  Anaconda: contestants(anacondaBody(id), {
    nothing: (body) => body,
    'nothing (A/A)': (body) => body,
    'check by hand': readAnacondaByHand,
    zod: (body) => anacondaSchema.parse(body),
    '**our schema, of zod/mini**': (body) => exportJob.parse(body),
  }),
}

const data: Record<string, unknown> = {}
const rows: string[][] = []
for (const [vendor, ways] of Object.entries(bodies)) {
  const compared = await compare(ways, rounds, 1_000)
  data[vendor] = compared
  for (const { name, time, ratio, quartiles } of compared) {
    rows.push([vendor, name, time.toFixed(2), spread(ratio, quartiles), (ratio - 1).toFixed(2)])
  }
}

const head = [
  'answer of',
  'JSON.parse, then',
  'µs',
  'all ÷ JSON.parse (middle half)',
  'the work alone ÷ JSON.parse',
]
save('validate', {
  rounds,
  data,
  tables: { validate: { head, rows } },
})

// Every client under every fault: `npm run bench:rivals`. With names of clients or trials only those, and nothing is kept.
import { readFileSync } from 'node:fs'
import { build } from 'esbuild'
import { save, type Table, toMarkdown, writeTables } from '../report.ts'
import { adapters } from './adapters.ts'
import { drive, type Outcome } from './drive.ts'
import { type Protection, protections } from './protections.ts'
import { type Trial, trials } from './trials.ts'

interface Case {
  readonly trial: Trial
  readonly rival: string
  readonly protection?: Protection
  outcome?: Outcome
}

const asked = new Set(process.argv.slice(2))
const names = Object.keys(adapters)
const unknown = [...asked].filter((name) => ![...names, ...trials.map((trial) => trial.name)].includes(name))
if (unknown.length > 0) {
  const known = [...names, ...trials.map((trial) => trial.name)]
  console.error(`There is no ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
  process.exit(2)
}
const some = <Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] => {
  const chosen = items.filter((item) => asked.has(nameOf(item)))
  return chosen.length > 0 ? chosen : items
}
const rivals = some(names, (name) => name)
const faults = some(trials, ({ name }) => name)

// Plain JavaScript is what runs in the end: a loader that transpiles would weigh on each child.
const program = 'bench/rivals/node_modules/.cache/child.mjs'
await build({
  entryPoints: ['bench/rivals/child.ts'],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
})

const cases: Case[] = faults.flatMap((trial) => [
  ...rivals.map((rival): Case => ({ trial, rival })),
  ...protections
    .filter(({ trials }) => trials.includes(trial.name))
    .flatMap((protection) =>
      protection.rivals
        .filter((rival) => rivals.includes(rival))
        .map((rival): Case => ({ trial, rival, protection })),
    ),
])

// Most of them wait most of the time.
const queue = cases.values()
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (const one of queue) {
      one.outcome = await drive(program, one.rival, one.trial, one.protection?.options)
    }
  }),
)

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'))
const versions: Readonly<Record<string, string>> = {
  'export-jobs': read('package.json').version,
  ...read('bench/rivals/package.json').dependencies,
}
const verdict = (trial: Trial, rival: string, protection?: Protection): string => {
  const found = cases.find(
    (one) => one.trial === trial && one.rival === rival && one.protection === protection,
  )
  return found?.outcome ? `${found.outcome.verdict.mark} ${found.outcome.verdict.words}` : ''
}

const tables: Readonly<Record<string, Table>> = {
  rivals: {
    head: ['the fault', ...rivals.map((rival) => `${rival} ${versions[rival]}`)],
    rows: faults.map((trial) => [trial.title, ...rivals.map((rival) => verdict(trial, rival))]),
  },
  'rivals-options': {
    head: ['client', 'option', 'the fault', 'without', 'with'],
    rows: cases
      .filter(({ protection }) => protection)
      .map(({ trial, rival, protection }) => [
        rival,
        protection?.text ?? '',
        trial.title,
        verdict(trial, rival),
        verdict(trial, rival, protection),
      ]),
  },
}

if (asked.size > 0) {
  for (const table of Object.values(tables)) console.log(`\n${toMarkdown(table)}`)
  for (const { trial, rival, outcome } of cases)
    console.log(rival, trial.name, JSON.stringify(outcome?.evidence))
} else {
  const data = cases.map(({ trial, rival, protection, outcome }) => ({
    trial: trial.name,
    rival,
    ...(protection && { options: protection.options }),
    ...outcome,
  }))
  save('rivals', { rounds: 1, data, tables })
  writeTables()
}

const ours = cases.filter(({ rival, outcome }) => rival === 'export-jobs' && outcome?.verdict.mark !== '✓')
for (const { trial } of ours) console.error(`export-jobs does not stand: ${trial.title}`)
if (ours.length > 0) process.exitCode = 1

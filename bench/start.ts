// What importing costs a process that has just begun: whole processes, less an empty one.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { median, quantile } from './measure.ts'
import { save } from './report.ts'

const rounds = Number(process.env.ROUNDS ?? 40)
const entries: Readonly<Record<string, readonly string[]>> = {
  empty: [],
  'empty again (A/A)': [],
  '**ours: `export-jobs` and `export-jobs/tyk`**': ['../../../dist/index.js', '../../../dist/vendors/tyk.js'],
  '@smithy/util-waiter': ['@smithy/util-waiter'],
  '@azure/core-lro': ['@azure/core-lro'],
  ky: ['ky'],
  zod: ['zod'],
  'google-gax': ['google-gax'],
}

const programs = Object.entries(entries).map(([name, imports], index) => {
  const path = `bench/node_modules/.cache/start-${index}.mjs`
  writeFileSync(path, imports.map((specifier) => `import '${specifier}'\n`).join(''))
  return { name, path, times: [] as number[] }
})

// The first rounds only bring the files into memory.
for (let round = -3; round < rounds; round++) {
  for (const { path, times, name } of programs) {
    const began = performance.now()
    const { status } = spawnSync(process.execPath, [path])
    if (status !== 0) throw new Error(`${name} does not start`)
    if (round >= 0) times.push(performance.now() - began)
  }
}

const [empty] = programs
const data = programs.slice(1).map(({ name, times }) => {
  const extra = times.map((time, round) => time - (empty?.times[round] as number))
  return { name, ms: median(extra), quartiles: [quantile(extra, 0.25), quantile(extra, 0.75)] as const }
})

save('start', {
  rounds,
  data,
  tables: {
    start: {
      head: ['import', 'ms more than an empty process (middle half)', 'to reach'],
      rows: data.map(({ name, ms, quartiles: [low, high] }) => [
        name,
        `${ms.toFixed(1)} (${low.toFixed(1)} … ${high.toFixed(1)})`,
        name.includes('ours') ? '≤ 6' : '',
      ]),
    },
  },
})

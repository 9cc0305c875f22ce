import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const rounds = 21
const budget = 10

const entries = ['index', 'vendors/tyk'].map((name) => new URL(`../dist/${name}.js`, import.meta.url))
if (!entries.every((entry) => existsSync(fileURLToPath(entry)))) {
  throw new Error('dist/ is not built: npm run build')
}

const programs = {
  empty: '',
  imported: entries.map((entry) => `import ${JSON.stringify(entry.href)}`).join('\n'),
}

function timeOf(program: string): number {
  const before = performance.now()
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program])
  if (status !== 0) throw new Error(`The program did not run:\n${stderr}`)
  return performance.now() - before
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number
}

const times: Record<keyof typeof programs, number[]> = { empty: [], imported: [] }
// The first round warms the disk's cache and is thrown away. The two take turns, so that a machine that slows
// down slows both.
for (let round = 0; round <= rounds; round++) {
  for (const name of ['empty', 'imported'] as const) {
    const time = timeOf(programs[name])
    if (round > 0) times[name].push(time)
  }
}

const empty = median(times.empty)
const imported = median(times.imported)
const cost = imported - empty
console.log(`empty process        ${empty.toFixed(1)} ms`)
console.log(`with the two entries ${imported.toFixed(1)} ms`)
console.log(
  `difference           ${cost.toFixed(1)} ms, ratio ${(imported / empty).toFixed(2)}, ${rounds} runs each`,
)

if (process.argv.includes('--assert')) {
  const passed = cost <= budget
  console.log(`${passed ? 'pass' : 'fail'}: the budget is ${budget} ms`)
  if (!passed) process.exitCode = 1
}

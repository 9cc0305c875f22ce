// The figures of the downloads, against a real S3 server:
//
//   npm run soak:download
//   npm run soak:download -- --size 64MiB --cuts 10 --expiries 1 --kills 10 --rounds 0
//
// It takes some minutes, and fails when a figure is missed. A part of it is left out by 0 cuts, rounds or kills.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { soakCuts } from './cuts.ts'
import { soakKills } from './kills.ts'
import { parseSize, print } from './report.ts'
import { buildChild } from './start.ts'
import { compareThroughput } from './throughput.ts'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1GiB' },
    cuts: { type: 'string', default: '100' },
    expiries: { type: 'string', default: '5' },
    'cut-by': { type: 'string', default: 'end' },
    rounds: { type: 'string', default: '15' },
    'size-of-rounds': { type: 'string', default: '256MiB' },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    /** Where the files are; their disk is part of what is measured. */
    folder: { type: 'string', default: tmpdir() },
  },
})
const { size, seed } = values
const [cuts, expiries, rounds, kills] = (['cuts', 'expiries', 'rounds', 'kills'] as const).map((name) =>
  Number(values[name]),
) as [number, number, number, number]
const cutBy = values['cut-by'] === 'reset' ? 'reset' : 'end'
const folder = await mkdtemp(join(values.folder, 'export-jobs-soak-'))

console.log(`soak of downloads: seed ${seed}, Node ${process.version}, in ${values.folder}`)
try {
  const start = await buildChild(folder)
  const parts: [title: string, times: number, run: () => ReturnType<typeof soakCuts>][] = [
    [
      `${size} with ${cuts} cuts and ${expiries} expiries`,
      cuts,
      () => soakCuts({ folder, start, size: parseSize(size), cuts, expiries, cutBy, seed }),
    ],
    [
      `throughput on loopback, ${values['size-of-rounds']}`,
      rounds,
      () => compareThroughput({ folder, start, size: parseSize(values['size-of-rounds']), rounds, seed }),
    ],
    [`${kills} processes killed`, kills, () => soakKills({ folder, start, kills, seed })],
  ]
  for (const [title, times, run] of parts) if (times > 0 && !print(title, await run())) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true })
}

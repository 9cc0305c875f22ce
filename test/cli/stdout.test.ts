import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { csv, records, startSaving } from './saving.ts'

// tsx, which runs the bin here, has a folder of its own there.
const leftIn = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('tsx'))

const soon = ['--min-delay', '20ms']

test('download to - writes the file to stdout, and nothing else', async () => {
  const { simulator, run, folder } = await startSaving()
  const id = simulator.loyaltydog.add({ records })
  const words = ['download', 'loyaltydog', id, '-', ...soon]
  const { code, stdout, stderr } = await run(words, { TMPDIR: folder })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout === csv).toBe(true)
})

test('not a byte comes of a file that is not whole, and nothing is left in the folder of temporary files', async () => {
  const { simulator, spawn, answerDownload, refuse, folder } = await startSaving()
  const id = simulator.loyaltydog.add({ records })
  answerDownload(...Array(4).fill(refuse(410)))
  const refused = await spawn(['download', 'loyaltydog', id, '-', ...soon], { env: { TMPDIR: folder } })
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(leftIn(folder)).toEqual([])
})

test('a reader that has enough ends it quietly: 141', async () => {
  const { simulator, spawn, folder } = await startSaving()
  const id = simulator.loyaltydog.add({ records: 200_000 })
  const words = ['download', 'loyaltydog', id, '-', ...soon]
  const { code, stderr } = await spawn(words, { breakStdout: true, env: { TMPDIR: folder } })
  expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
  expect(leftIn(folder)).toEqual([])
})

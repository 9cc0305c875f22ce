import { readdirSync } from 'node:fs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Interruption } from '../../src/cli/shell.ts'
import { csv, records, startSaving } from './saving.ts'

/** The vendors, and an empty folder in the place of that for temporary files. */
async function startPiping() {
  const saving = await startSaving()
  vi.stubEnv('TMPDIR', saving.folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const id = saving.simulator.loyaltydog.add({ records })
  return { ...saving, words: ['download', 'loyaltydog', id, '-', '--min-delay', '20ms'] }
}

test('download to - writes the file to stdout, and nothing else', async () => {
  const { run, words, folder } = await startPiping()
  const { code, stdout, stderr } = await run(words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout === csv).toBe(true)
  expect(readdirSync(folder)).toEqual([])
})

test('not a byte comes of a file that is not whole, and nothing is left in the folder of temporary files', async () => {
  const { run, words, folder, answerDownload, refuse } = await startPiping()
  answerDownload(...Array(4).fill(refuse(410)))
  expect(await run(words)).toMatchObject({ code: 1, stdout: '' })
  expect(readdirSync(folder)).toEqual([])
})

test('a reader that has enough ends it quietly: 141', async () => {
  const { run, words, folder } = await startPiping()
  const failure = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
  const { code, stderr } = await run(words, {}, { failure })
  expect({ code, stderr }).toEqual({ code: 141, stderr: '' })
  expect(readdirSync(folder)).toEqual([])
})

test('an interruption leaves nothing there either', async () => {
  const { run, words, folder, answerDownload, controller } = await startPiping()
  answerDownload(() => {
    controller.abort(new Interruption(130))
    return new Promise<Response>(() => {})
  })
  const { code, stdout } = await run(words, {}, { signal: controller.signal })
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' })
  expect(readdirSync(folder)).toEqual([])
})

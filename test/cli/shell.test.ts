import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createOutput, createWriter } from '../../src/cli/shell.ts'
import { fakeOutput } from './fake-output.ts'

test('colour is for terminals, and for who does not mind it', () => {
  const isColored = (terminal: boolean, environment: Record<string, string>) =>
    createOutput(fakeOutput(terminal ? { columns: 80, rows: 24 } : undefined).stream, environment).colors
      .isColorSupported
  expect(isColored(true, {})).toBe(true)
  expect(isColored(false, {})).toBe(false)
  expect(isColored(true, { NO_COLOR: '1' })).toBe(false)
  expect(isColored(true, { TERM: 'dumb' })).toBe(false)
  expect(isColored(false, { FORCE_COLOR: '1' })).toBe(true)
})

test('a write that fails is remembered, told once, and whoever wrote it learns that it is lost', async () => {
  const failure = Object.assign(new Error('full'), { code: 'ENOSPC' })
  const { stream } = fakeOutput(undefined, failure)
  const told: string[] = []
  const output = createOutput(stream, {}, () => told.push('failed'))
  expect(output.failure).toBeUndefined()
  output.line('a', () => told.push('a'))
  output.line('b', () => told.push('b'))
  await output.flush()
  expect(output.failure).toBe(failure)
  expect(told.sort()).toEqual(['a', 'b', 'failed'])
})

test('nothing is lost where writing works', async () => {
  const output = fakeOutput()
  output.line('a', () => expect.unreachable())
  output.write('b')
  await output.flush()
  expect(output.text()).toBe('a\nb')
  expect(output.failure).toBeUndefined()
})

const disk = vi.hoisted(() => ({ atOnce: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY }))
vi.mock('node:fs', async (importActual) => {
  const fs = await importActual<typeof import('node:fs')>()
  const writeSync = (fd: number, bytes: Buffer, at: number) => {
    if (disk.left === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    const written = fs.writeSync(fd, bytes, at, Math.min(disk.atOnce, disk.left, bytes.length - at))
    disk.left -= written
    return written
  }
  return { ...fs, writeSync }
})

function openFile() {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  const path = join(folder, 'out')
  const fd = openSync(path, 'w')
  onTestFinished(() => {
    closeSync(fd)
    rmSync(folder, { recursive: true })
    Object.assign(disk, { atOnce: Number.POSITIVE_INFINITY, left: Number.POSITIVE_INFINITY })
  })
  return {
    write: createWriter({ fd } as unknown as NodeJS.WriteStream),
    text: () => readFileSync(path, 'utf8'),
  }
}

test('a file is written whole, in however many steps', async () => {
  const { write, text } = openFile()
  disk.atOnce = 3
  await write('eine Größe\n')
  await write('zwei\n')
  expect(text()).toBe('eine Größe\nzwei\n')
})

test('a disk that becomes full in the middle of a text is an error', async () => {
  const { write, text } = openFile()
  disk.left = 5
  await expect(write('eine Größe\n')).rejects.toMatchObject({ code: 'ENOSPC' })
  expect(text()).toBe('eine ')
})

import type { FileHandle } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { createBufferedWriter } from '../../src/node/buffered-writer.ts'
import { caught } from '../support/caught.ts'

const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })

/** A file that accepts at most `atOnce` bytes per write and `room` bytes in all, and counts the pieces of each write. */
function createDisk({ atOnce = Number.POSITIVE_INFINITY, room = Number.POSITIVE_INFINITY } = {}) {
  let content = ''
  const batches: number[] = []
  const file = {
    async writev(pieces: readonly Uint8Array[], position: number) {
      batches.push(pieces.length)
      // Detects a write that leaves a hole or overwrites another.
      if (position !== content.length) throw new Error(`wrote at ${position} of ${content.length}`)
      const text = String(Buffer.concat(pieces)).slice(0, Math.min(atOnce, room - position))
      if (text === '' && pieces.some(({ byteLength }) => byteLength > 0)) throw full
      content += text
      return { bytesWritten: text.length }
    },
  }
  return { file: file as unknown as FileHandle, batches, content: () => content }
}

const piece = (text: string) => Buffer.from(text)

describe('what is written', () => {
  test('is in order, and all that arrived meanwhile is one write', async () => {
    const disk = createDisk()
    const writer = createBufferedWriter(disk.file, 0)
    for (const text of ['a', 'bc', '', 'def']) await writer.write(piece(text))
    await writer.flush()
    expect(disk.content()).toBe('abcdef')
    expect(disk.batches.length).toBeLessThan(4)
  })

  test('is appended', async () => {
    const disk = createDisk()
    await disk.file.writev([piece('abc')], 0)
    const writer = createBufferedWriter(disk.file, 3)
    await writer.write(piece('def'))
    await writer.flush()
    expect(disk.content()).toBe('abcdef')
  })

  test('is complete even if the disk accepts it in parts', async () => {
    const disk = createDisk({ atOnce: 2 })
    const writer = createBufferedWriter(disk.file, 0)
    await writer.write(piece('abc'))
    await writer.write(piece('defgh'))
    await writer.flush()
    expect(disk.content()).toBe('abcdefgh')
  })

  test.each(Array.from({ length: 16 }, (_, turns) => [turns]))(
    'is also written if it comes %i microtasks after the last, just as the writer stops',
    async (turns) => {
      const disk = createDisk()
      const writer = createBufferedWriter(disk.file, 0)
      await writer.write(piece('a'))
      for (let turn = 0; turn < turns; turn++) await undefined
      await writer.write(piece('b'))
      await writer.flush()
      expect(disk.content()).toBe('ab')
    },
  )

  test('waits for the disk if much is waiting already', async () => {
    const taken: number[] = []
    let release = () => {}
    const file = {
      writev: (pieces: readonly Uint8Array[]) =>
        new Promise((resolve) => {
          const bytesWritten = pieces.reduce((sum, { byteLength }) => sum + byteLength, 0)
          taken.push(bytesWritten)
          release = () => resolve({ bytesWritten })
        }),
    }
    const writer = createBufferedWriter(file as unknown as FileHandle, 0)
    const piece = new Uint8Array(128 * 1024)
    for (let count = 0; count < 5; count++) await writer.write(piece)
    let isOver = false
    const waiting = writer.write(piece).then(() => {
      isOver = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(false)
    release()
    await new Promise((resolve) => setImmediate(resolve))
    release()
    await waiting
    expect(taken).toEqual([1, 5].map((count) => count * piece.length))
  })
})

describe('a full disk', () => {
  test('fails the next write and each flush; nothing is written after a hole', async () => {
    const disk = createDisk({ room: 3 })
    const writer = createBufferedWriter(disk.file, 0)
    await writer.write(piece('abcd'))
    await new Promise((resolve) => setImmediate(resolve))
    for (let count = 0; count < 2; count++) {
      expect(await caught(writer.write(piece('e')))).toBe(full)
      expect(await caught(writer.flush())).toBe(full)
    }
    expect(disk.content()).toBe('abc')
  })

  test('fails the flush after the last piece', async () => {
    const writer = createBufferedWriter(createDisk({ room: 0 }).file, 0)
    await writer.write(piece('a'))
    expect(await caught(writer.flush())).toBe(full)
  })
})

import { expect, test } from 'vitest'
import { createWorld, etag, jsonOf } from './world.ts'

const content = jsonOf(100_000)
const other = jsonOf(100_000, 'updated')
const moments = [0, 1, 50_000, content.length - 1, content.length]

test.each(
  [etag, `W/${etag}`, undefined].flatMap((tag) =>
    [content, other].flatMap((later) => moments.map((bytes) => [tag, later === other, bytes] as const)),
  ),
)(
  'two to one place: with the ETag %s, that has changed: %j, from byte %i',
  async (tag, hasChanged, moment) => {
    const world = await createWorld({ content, etag: tag })
    const wrong: string[] = []
    const look = async () => {
      const text = await world.saved().catch(() => content)
      if (text !== content && text !== other) wrong.push(text)
    }
    let second: Promise<unknown> | undefined
    const begin = () => {
      if (hasChanged) Object.assign(world.server.file, { content: other, etag: tag?.replace('1', '2') })
      second ??= world.download({ onProgress: () => void look() }).catch((error) => error)
    }
    if (moment === 0) begin()
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (bytes >= moment) begin()
    }
    const first = world.download({ onProgress }).catch((error) => error)
    const ends = [await first, await second]
    await look()
    expect(wrong).toEqual([])
    expect(ends.some((end) => typeof end.path === 'string')).toBe(true)
    for (const end of ends.filter((end) => end instanceof Error))
      expect(end).toMatchObject({ name: 'ConfigurationError', code: 'invalid-option' })
  },
)

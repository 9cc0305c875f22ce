import { expect, test } from 'vitest'
import { drawScreen, themes } from '../../scripts/docs/draw-screen.ts'
import { readScreen } from '../../scripts/docs/screen.ts'

const textOf = (output: string) => readScreen(output).map((line) => line.map(({ text }) => text).join(''))

test.each([
  ['lines', 'a\r\nb', ['a', 'b']],
  ['a line that is written over', 'abc\rx', ['xbc']],
  [
    'a live area that is wiped',
    'a\r\nlive 1\r\nlive 2\u001b[2K\u001b[1A\u001b[2K\u001b[Gdone\r\n',
    ['a', 'done'],
  ],
  ['all below the cursor erased', 'a\r\nb\r\nc\u001b[2A\u001b[1G\u001b[Jx', ['x']],
  ['a cursor that is moved and hidden', '\u001b[?25la\u001b[2Cb\u001b[3Dc', ['ac b']],
])('%s', (_, output, lines) => expect(textOf(output)).toEqual(lines))

test('a screen is drawn with its colours, and nothing of it is markup', () => {
  const svg = drawScreen(readScreen('\u001b[32mok\u001b[39m <b> & \u001b[1mbold'), 20, themes.dark, 'a > b')
  expect(svg).toContain('<title>a &gt; b</title>')
  expect(svg).toContain(`fill="${themes.dark.colors[32]}">ok</text>`)
  expect(svg).toContain('&lt;b&gt; &amp;')
  expect(svg).toContain('font-weight="bold">bold</text>')
})

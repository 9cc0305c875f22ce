// Draws docs/terminal-light.svg and docs/terminal-dark.svg: the demo of the command, run in a real terminal of script(1).
//   npx tsx scripts/docs-terminal.ts
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { drawScreen, themes } from './docs/draw-screen.ts'
import { readScreen } from './docs/screen.ts'

const columns = 84
const root = fileURLToPath(new URL('../', import.meta.url))

const command = `stty cols ${columns} rows 40; exec '${process.execPath}' --import tsx src/cli/main.ts demo`
const { FORCE_COLOR, NO_COLOR, ...environment } = process.env
const output = execFileSync('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
  cwd: root,
  env: { ...environment, TERM: 'xterm-256color' },
  stdio: ['ignore', 'pipe', 'inherit'],
  encoding: 'utf8',
})

const prompt = readScreen('\u001b[2m$\u001b[22m npx export-jobs demo')
const screen = [...prompt, ...readScreen(output)]
for (const [name, theme] of Object.entries(themes)) {
  writeFileSync(
    `${root}docs/terminal-${name}.svg`,
    drawScreen(screen, columns, theme, 'A terminal after export-jobs demo'),
  )
}

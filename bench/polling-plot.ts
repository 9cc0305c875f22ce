import type { Outcome } from './simulation.ts'

/** A schedule at all settings of its knob. */
export interface Curve {
  readonly name: string
  readonly line: readonly Outcome[]
  /** At the default. */
  readonly mark: Outcome
}

const width = 760
const height = 488
const frame = { left: 70, right: 24, top: 92, bottom: 58 }
const polls = { from: 3, to: 130, ticks: [3, 5, 10, 20, 50, 100] }
const delays = { from: 0.7, to: 36, ticks: [1, 2, 5, 10, 20] }

const along = (value: number, { from, to }: { from: number; to: number }) =>
  Math.log(value / from) / Math.log(to / from)
const x = (value: number) => frame.left + along(value, polls) * (width - frame.left - frame.right)
const y = (value: number) =>
  height - frame.bottom - along(value, delays) * (height - frame.top - frame.bottom)
const at = ({ polls, delay }: Outcome) => `${x(polls).toFixed(1)},${y(delay).toFixed(1)}`
const text = (left: number, top: number, words: string, style = '') =>
  `<text x="${left.toFixed(1)}" y="${top.toFixed(1)}" ${style}>${words}</text>`

// Where a peer's name stands beside its dot.
const places: Readonly<Record<string, readonly [dx: number, dy: number, anchor: string]>> = {
  'core-lro': [30, -20, 'end'],
  openai: [12, -6, 'start'],
  smithy: [14, -8, 'start'],
  'google-gax': [14, -2, 'start'],
}

// Where a curve's name stands beside its dot: the two that know nearly coincide.
const namesOfCurves: readonly (readonly [dx: number, dy: number, anchor: string])[] = [
  [10, -9, 'start'],
  [-14, 22, 'end'],
  [-13, 33, 'end'],
]

/**
 * Polls against delay, both on a logarithmic scale: the nearer to the lower left, the better.
 *
 * @param curves - from the one that knows least to the one that knows most
 * @param optimum - the least delay for so many polls, knowing nothing of the single export
 */
export function drawPolling(
  curves: readonly Curve[],
  optimum: readonly Outcome[],
  peers: readonly (Outcome & { readonly name: string })[],
): string {
  const bottom = height - frame.bottom
  const isWithin = ({ polls: count, delay }: Outcome) =>
    count >= polls.from && count <= polls.to && delay >= delays.from && delay <= delays.to
  const pointsOf = (line: readonly Outcome[]) => line.filter(isWithin).map(at).join(' ')
  const grid = [
    ...polls.ticks.map((tick) => `<path d="M${x(tick).toFixed(1)} ${frame.top}V${bottom}"/>`),
    ...delays.ticks.map((tick) => `<path d="M${frame.left} ${y(tick).toFixed(1)}H${width - frame.right}"/>`),
  ]
  const ticks = [
    ...polls.ticks.map((tick) => text(x(tick), bottom + 19, String(tick), 'text-anchor="middle"')),
    ...delays.ticks.map((tick) => text(frame.left - 9, y(tick) + 4, `${tick} s`, 'text-anchor="end"')),
  ]
  const lines = curves.map(({ name, line, mark }, index) => {
    const shade = `knows-${index}`
    const [dx, dy, anchor] = namesOfCurves[index] ?? [10, -9, 'start']
    return [
      `<polyline class="curve ${shade}" points="${pointsOf(line)}"/>`,
      `<circle class="${shade}" cx="${x(mark.polls).toFixed(1)}" cy="${y(mark.delay).toFixed(1)}" r="6"/>`,
      text(x(mark.polls) + dx, y(mark.delay) + dy, name, `class="name ${shade}" text-anchor="${anchor}"`),
    ].join('\n')
  })
  const others = peers.map((peer) => {
    const key = Object.keys(places).find((name) => peer.name.startsWith(name)) ?? ''
    const [dx, dy, anchor] = places[key] ?? [12, -8, 'start']
    const dot = `<circle class="peer" cx="${x(peer.polls).toFixed(1)}" cy="${y(peer.delay).toFixed(1)}" r="5.5"/>`
    return (
      dot +
      text(
        x(peer.polls) + dx,
        y(peer.delay) + dy,
        peer.name,
        `class="name peer-name" text-anchor="${anchor}"`,
      )
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">Polls per export against mean delay until its end is noticed: the curve of export-jobs lies below and to the left of every other poller, and much lower where it knows earlier exports.</title>
<style>
  text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #59636e }
  .paper { fill: #ffffff }
  .grid { stroke: #e4e8ec; fill: none }
  .heading { font-size: 17px; font-weight: 600; fill: #1f2328 }
  .curve { stroke-width: 2.5; fill: none; stroke-linejoin: round }
  .optimum { stroke: #59636e; stroke-width: 1.5; stroke-dasharray: 5 4; fill: none }
  .knows-0 { fill: #0a6ccf; stroke: #0a6ccf }
  .knows-1 { fill: #7a3fc4; stroke: #7a3fc4 }
  .knows-2 { fill: #0c7a43; stroke: #0c7a43 }
  .peer { fill: #b4400c }
  .peer-name { fill: #b4400c }
  polyline.curve { fill: none }
  .name { font-weight: 600 }
  text.name { stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #9aa4af }
    .paper { fill: #0d1117 }
    .grid { stroke: #262d36 }
    .heading { fill: #e6edf3 }
    .optimum { stroke: #9aa4af }
    .knows-0 { fill: #58a6ff; stroke: #58a6ff }
    .knows-1 { fill: #c297ff; stroke: #c297ff }
    .knows-2 { fill: #56d364; stroke: #56d364 }
    .peer, .peer-name { fill: #ff9d5c }
  }
</style>
<rect class="paper" width="${width}" height="${height}" rx="8"/>
${text(frame.left, 30, 'Polls per export, and how late its end is noticed', 'class="heading"')}
${text(frame.left, 52, 'Curves over the one knob of export-jobs, a dot at its default; other pollers at theirs. Lower left is better.')}
${text(frame.left, 71, 'Dashed: the least delay that is possible for a schedule that knows only the age.')}
<g class="grid">${grid.join('')}</g>
${ticks.join('\n')}
${text((frame.left + width - frame.right) / 2, height - 14, 'polls per export (mean)', 'text-anchor="middle"')}
${text(0, 0, 'delay until the end is noticed (mean)', `text-anchor="middle" transform="translate(19 ${(frame.top + bottom) / 2}) rotate(-90)"`)}
<polyline class="optimum" points="${pointsOf(optimum)}"/>
${lines.join('\n')}
${others.join('\n')}
</svg>
`
}

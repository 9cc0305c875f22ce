import type { Outcome } from './simulation.ts'

/** What a setting of the knob comes to. */
export interface Point extends Outcome {
  readonly knob: number
}

const width = 760
const height = 470
const frame = { left: 70, right: 24, top: 74, bottom: 58 }
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
  'core-lro': [0, -14, 'end'],
  openai: [12, -6, 'start'],
  smithy: [14, -8, 'start'],
  'google-gax': [14, -2, 'start'],
}

/** Polls against delay, both on a logarithmic scale: the nearer to the lower left, the better. */
export function drawPolling(
  curve: readonly Point[],
  marks: readonly Point[],
  peers: readonly (Outcome & { readonly name: string })[],
): string {
  const bottom = height - frame.bottom
  const within = curve.filter(
    ({ polls: count, delay }) => count <= polls.to && delay >= delays.from && delay <= delays.to,
  )
  const grid = [
    ...polls.ticks.map((tick) => `<path d="M${x(tick).toFixed(1)} ${frame.top}V${bottom}"/>`),
    ...delays.ticks.map((tick) => `<path d="M${frame.left} ${y(tick).toFixed(1)}H${width - frame.right}"/>`),
  ]
  const ticks = [
    ...polls.ticks.map((tick) => text(x(tick), bottom + 19, String(tick), 'text-anchor="middle"')),
    ...delays.ticks.map((tick) => text(frame.left - 9, y(tick) + 4, `${tick} s`, 'text-anchor="end"')),
  ]
  const knobs = marks.map((mark) => {
    const isDefault = mark.knob === 1
    const name = isDefault ? 'minDelay 1 s, the default' : `${mark.knob} s`
    const dot = `<circle class="ours" cx="${x(mark.polls).toFixed(1)}" cy="${y(mark.delay).toFixed(1)}" r="${isDefault ? 6.5 : 4}"/>`
    const label = text(
      x(mark.polls) - 11,
      y(mark.delay) + 16,
      name,
      `class="knob${isDefault ? ' default' : ''}" text-anchor="end"`,
    )
    return dot + label
  })
  const others = peers.map((peer) => {
    const key = Object.keys(places).find((name) => peer.name.startsWith(name)) ?? ''
    const [dx, dy, anchor] = places[key] ?? [12, -8, 'start']
    const dot = `<circle class="peer" cx="${x(peer.polls).toFixed(1)}" cy="${y(peer.delay).toFixed(1)}" r="5.5"/>`
    return (
      dot + text(x(peer.polls) + dx, y(peer.delay) + dy, peer.name, `class="name" text-anchor="${anchor}"`)
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">Polls per export against mean delay until its end is noticed: the curve of export-jobs lies below and to the left of every other poller.</title>
<style>
  text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #59636e }
  .paper { fill: #ffffff }
  .grid { stroke: #e4e8ec; fill: none }
  .heading { font-size: 17px; font-weight: 600; fill: #1f2328 }
  .curve { stroke: #0a6ccf; stroke-width: 2.5; fill: none; stroke-linejoin: round }
  .ours, .knob { fill: #0a6ccf }
  .peer, .name { fill: #b4400c }
  .default, .name { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #9aa4af }
    .paper { fill: #0d1117 }
    .grid { stroke: #262d36 }
    .heading { fill: #e6edf3 }
    .curve { stroke: #58a6ff }
    .ours, .knob { fill: #58a6ff }
    .peer, .name { fill: #ff9d5c }
  }
</style>
<rect class="paper" width="${width}" height="${height}" rx="8"/>
${text(frame.left, 30, 'Polls per export, and how late its end is noticed', 'class="heading"')}
${text(frame.left, 52, 'A curve over the one knob of export-jobs; other pollers with their defaults. Lower left is better.')}
<g class="grid">${grid.join('')}</g>
${ticks.join('\n')}
${text((frame.left + width - frame.right) / 2, height - 14, 'polls per export (mean)', 'text-anchor="middle"')}
${text(0, 0, 'delay until the end is noticed (mean)', `text-anchor="middle" transform="translate(19 ${(frame.top + bottom) / 2}) rotate(-90)"`)}
<polyline class="curve" points="${within.map(at).join(' ')}"/>
${knobs.join('\n')}
${others.join('\n')}
</svg>
`
}

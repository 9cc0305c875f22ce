import { type Evidence, exportId, type Place, type Seen, type Verdict } from './evidence.ts'

const safe = (words: string): Verdict => ({ mark: '✓', words })
const unsafe = (words: string): Verdict => ({ mark: '✗', words })
const surprising = (words: string): Verdict => ({ mark: '~', words })
const unpromised = (words: string): Verdict => ({ mark: '–', words })

const requests = (count: number) => (count === 1 ? '1 request' : `${count} requests`)

/** What no fault excuses: a process that ends, and an answer that never comes, unless that is what is looked for. */
export function judgeEnd({ outcome }: Evidence, mayTakeLong: boolean): Verdict | undefined {
  if (outcome === 'crashed') return unsafe('the process ends')
  if (outcome === 'unsettled' && !mayTakeLong) return unsafe('hangs')
  return undefined
}

export function judgeHealthy({ report }: Evidence): Verdict {
  const isRunning = ['running', 'processing'].includes(String(report?.status))
  return report?.id === exportId && isRunning ? safe('its status') : unsafe('another answer')
}

export function judgeNewline(evidence: Evidence): Verdict {
  return evidence.outcome === 'resolved' ? surprising('no error, newline dropped') : judgeLeak(evidence)
}

export function judgeLeak({ outcome, report, seen }: Evidence): Verdict {
  const asked = requests(seen.length)
  if (outcome === 'resolved') return unsafe(`success: ${report?.kind}`)
  const places = new Map<Place, string[]>()
  for (const [secret, place] of Object.entries(report?.leaks ?? {})) {
    if (place) places.set(place, [...(places.get(place) ?? []), secret])
  }
  if (places.size === 0) return safe(`no secret, ${asked}`)
  const leaks = [...places].map(([place, names]) => `${names.join(' and ')} in ${place}`)
  return unsafe(`${leaks.join(', ')}; ${asked}`)
}

export function judgeRedirect({ outcome, report, seenElsewhere }: Evidence): Verdict {
  const brought = [...new Set(seenElsewhere.flatMap((one) => one.brought))]
  if (brought.length > 0) return unsafe(`follows, with the ${brought.join(' and the ')}`)
  if (seenElsewhere.length > 0) return surprising('follows, without credentials')
  return outcome === 'resolved' ? unsafe(`stays, but success: ${report?.kind}`) : safe('an error')
}

export function judgeDamage({ outcome, report }: Evidence): Verdict {
  return outcome === 'resolved' ? unsafe(`success: ${report?.kind}`) : safe('an error')
}

export function judgeSize({ outcome, report, seen }: Evidence, whole: number): Verdict {
  // Any request adds about as much.
  const memory = `+${Math.max(10, Math.round((report?.growth ?? 0) / 10) * 10)} MB`
  if (outcome === 'resolved') return unsafe(`success, ${memory}`)
  const tookMB = Math.max(...seen.map((one) => one.tookMB))
  const isCapped = tookMB < whole / 2 && (report?.growth ?? 0) < whole
  return isCapped ? safe(`capped, ${memory}`) : unsafe(`an error, but ${memory}`)
}

export function judgeRetryAfter({ outcome, report, seen }: Evidence): Verdict {
  const gaps = seen.slice(1).map(({ at }, index) => at - (seen[index] as Seen).at)
  const asked = requests(seen.length)
  // On a busy machine the requests after a timer that overflowed may still be as far apart as if that were meant.
  const isHot = gaps.length > 0 && (report?.overflowed || Math.min(...gaps) < 100)
  if (isHot) return unsafe(`${asked} without a pause`)
  if (outcome === 'resolved') return unsafe('success')
  if (outcome === 'unsettled' && seen.length < 2) return unsafe('asleep, no error')
  return safe(outcome === 'unsettled' ? `own pace, ${asked}` : `an error, ${asked}`)
}

export function judgeIdentity({ outcome }: Evidence): Verdict {
  return outcome === 'resolved' ? unpromised('does not check') : safe('an error')
}

export function judgeStatus({ outcome, report }: Evidence): Verdict {
  if (outcome === 'resolved' && report?.status !== 'unknown') return unpromised('does not check')
  return safe(outcome === 'resolved' ? 'told as unknown' : 'an error')
}

export function judgePollution({ report, seen, seenElsewhere }: Evidence): Verdict {
  const harm = [
    ...new Set(
      seenElsewhere.map(({ path, brought }) => {
        const name = path.split('/')[1]
        return brought.length > 0
          ? `${brought.join(' and ')} sent elsewhere (${name})`
          : `asks elsewhere (${name})`
      }),
    ),
  ]
  if (seen.some(({ brought }) => brought.includes('injected'))) harm.push('sends the headers')
  if (harm.length > 0) return unsafe(harm.join(', '))
  const failed = report?.failedUnder ?? []
  return failed.length > 0 ? surprising(`an error (${failed.join(', ')})`) : safe('unmoved')
}

export function judgeAbort({ outcome, report, seen }: Evidence): Verdict {
  if (outcome === 'resolved') return unsafe(`success: ${report?.kind}`)
  const { abortMs = 0 } = report ?? {}
  const isSoon = abortMs < 1_000
  const when = isSoon ? 'at once' : `after ${abortMs} ms`
  const isClosed = seen.every(({ closed }) => closed)
  const words = `${when}, socket ${isClosed ? 'closed' : 'left open'}`
  return isClosed && isSoon ? safe(words) : unsafe(words)
}

export function judgeListeners({ outcome, report }: Evidence): Verdict {
  if (outcome === 'rejected') return unsafe('an error')
  const { left = 0, afterCollection = 0 } = report?.listeners ?? {}
  if (left === 0) return safe('none')
  return afterCollection === 0 ? surprising(`${left} until collected`) : unsafe(`${afterCollection} left`)
}

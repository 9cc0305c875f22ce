// Loaded before a sample: its requests to the vendors' own addresses go to the simulator's server.
const elsewhere: [from: string, to: string][] = JSON.parse(process.env.SAMPLES_ELSEWHERE ?? '[]')
const ownFetch = globalThis.fetch

globalThis.fetch = (input, init) => {
  const url = String(input instanceof Request ? input.url : input)
  const [from, to] = elsewhere.find(([prefix]) => url.startsWith(`${prefix}/`)) ?? []
  if (from === undefined) return ownFetch(input, init)
  return ownFetch(`${to}${url.slice(from.length)}`, init)
}

export {}

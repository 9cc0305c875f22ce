import { onTestFinished } from 'vitest'
import { createVendorSimulator, createVirtualClock } from '../../src/testing/index.ts'

/** What a vendor answered, read to its end. `body` is the JSON, if it is any. */
export interface Answer {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies of every shape
  body: any
}

/** A simulator on a virtual clock behind a real port, and a fetch with one vendor's base URL and token. */
export async function startWorld(vendor: 'tyk' | 'anaconda' | 'loyaltydog' | 'didomi') {
  const clock = createVirtualClock()
  const simulator = createVendorSimulator({ clock })
  const server = await simulator.listen()
  onTestFinished(() => server.close())
  const baseUrl = simulator[vendor].baseUrl(server.origin)

  async function call(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${simulator[vendor].token}`)
    else if (headers.get('authorization') === '') headers.delete('authorization')
    const response = await fetch(path.startsWith('http') ? path : baseUrl + path, { ...init, headers })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: parse(text) }
  }

  return { clock, simulator, server, baseUrl, call }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

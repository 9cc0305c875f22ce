import { expect, test } from 'vitest'
import { type AnswerRequest, createInProcessFetch } from '../../src/testing/transports.ts'
import { caught } from '../support/caught.ts'

const site: Record<string, AnswerRequest> = {
  '/ok': (request) => new Response(request.headers.get('authorization')),
  '/away': () => Response.redirect('https://elsewhere.example/ok'),
  '/round': ({ url }) => Response.redirect(url),
  '/error': () => Response.error(),
  '/never': () => new Promise<never>(() => {}),
  '/endless': () => new Response(new ReadableStream()),
}
const reached: string[] = []
const fetch = createInProcessFetch((request) => {
  reached.push(request.url)
  return site[new URL(request.url).pathname]?.(request)
})
const at = (path: string) => `https://site.example${path}`
const headers = { authorization: 'a token' }

test('answers, and follows a redirect as fetch does, without the credential', async () => {
  expect(await (await fetch(at('/ok'), { headers })).text()).toBe('a token')
  reached.length = 0
  expect(await (await fetch(at('/away'), { headers })).text()).toBe('')
  expect(reached).toEqual([at('/away'), 'https://elsewhere.example/ok'])
})

test('leaves a redirect alone, or refuses it, when told so', async () => {
  expect((await fetch(at('/away'), { redirect: 'manual' })).status).toBe(302)
  await expect(fetch(at('/away'), { redirect: 'error' })).rejects.toThrow(TypeError)
  await expect(fetch(at('/round'))).rejects.toThrow(TypeError)
})

test.each(['/error', '/nothing'])('fails as a connection does at %s', async (path) => {
  await expect(fetch(at(path))).rejects.toThrow(TypeError)
})

test('rejects with the reason of the signal before, during and after the answer', async () => {
  expect(await caught(fetch(at('/ok'), { signal: AbortSignal.abort('before') }))).toBe('before')
  const controller = new AbortController()
  const pending = caught(fetch(at('/never'), { signal: controller.signal }))
  const { body } = await fetch(at('/endless'), { signal: controller.signal })
  const reading = caught(new Response(body).text())
  controller.abort('enough')
  expect(await pending).toBe('enough')
  expect(await reading).toBe('enough')
})

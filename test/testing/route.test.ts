import { expect, test } from 'vitest'
import { createRoute } from '../../src/testing/route.ts'

const get = (url: string, method = 'GET') => new Request(url, { method })
const route = createRoute('GET', '*/v1.0/exports/:id', (_, { id }) => new Response(id))

test('matches the method and the path, at any host and behind any prefix, whatever the query', () => {
  expect(route.matches(get('https://a.example/v1.0/exports/e1?x=1'))).toBe(true)
  expect(route.matches(get('http://127.0.0.1:8080/acme/v1.0/exports/e1'))).toBe(true)
  expect(route.matches(get('https://a.example/v1.0/exports/e1', 'POST'))).toBe(false)
  for (const path of ['/v1x0/exports/e1', '/v1.0/exports/', '/v1.0/exports/e1/file', '/v1.0/exports'])
    expect(route.matches(get(`https://a.example${path}`)), path).toBe(false)
})

test('a port of its own is no segment', () => {
  const own = createRoute('all', 'http://localhost:8080/x/*', () => new Response())
  expect(own.matches(get('http://localhost:8080/x/y', 'PUT'))).toBe(true)
  expect(own.matches(get('http://localhost:9090/x/y'))).toBe(false)
})

test('decodes its segments, and refuses those that cannot be decoded', async () => {
  const text = async (id: string) => (await route.answer(get(`https://a.example/v1.0/exports/${id}`))).text()
  expect(await text('a%20b%2Fc')).toBe('a b/c')
  await expect(text('%zz')).rejects.toThrow(URIError)
})

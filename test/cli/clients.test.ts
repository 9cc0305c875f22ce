import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../../src/cli/clients.ts'
import { startWorld } from './world.ts'

test.each([
  ['tyk', { TYK_TOKEN: 'x' }, 'TYK_BASE_URL is not set'],
  ['tyk', { TYK_BASE_URL: 'https://t.example' }, 'set TYK_TOKEN, or TYK_TOKEN_FILE'],
  ['anaconda', {}, 'or ANACONDA_CLIENT_ID and ANACONDA_CLIENT_SECRET'],
  ['anaconda', { ANACONDA_CLIENT_ID: 'x' }, 'ANACONDA_CLIENT_SECRET is not set'],
  ['anaconda', { ANACONDA_CLIENT_SECRET: 'x' }, 'ANACONDA_CLIENT_ID is not set'],
  ['loyaltydog', { LOYALTYDOG_TOKEN: '' }, 'set LOYALTYDOG_TOKEN'],
  ['didomi', { DIDOMI_TOKEN: 'x' }, 'DIDOMI_ORGANIZATION_ID is not set'],
  ['didomi', { DIDOMI_ORGANIZATION_ID: 'x', DIDOMI_KEY: 'y' }, 'DIDOMI_SECRET is not set'],
] as const)('says what is missing for %s: %j', (vendor, environment, message) => {
  expect(() => createClient[vendor](environment, {})).toThrow(message)
})

test('the merchant token, the organization and --base-url reach the vendor', async () => {
  const { simulator, run, env } = await startWorld()
  simulator.anaconda.organization = 'org-7'
  const wanted = { ANACONDA_ORGANIZATION: 'org-7', LOYALTYDOG_MERCHANT_TOKEN: 'merchant-token-1' }
  const [anaconda, loyaltydog] = await Promise.all([
    run(['get', 'anaconda', simulator.anaconda.add()], wanted),
    run(['get', 'loyaltydog', simulator.loyaltydog.add(), '--base-url', env.LOYALTYDOG_BASE_URL as string], {
      ...wanted,
      LOYALTYDOG_BASE_URL: 'http://127.0.0.1:9',
    }),
  ])
  expect([anaconda.code, loyaltydog.code]).toEqual([0, 0])
  const request = simulator.requests.find(({ vendor }) => vendor === 'loyaltydog')
  expect(request?.headers.get('x-eposn-merchant-token')).toBe('merchant-token-1')
})

test('each credential may stand in a file', async () => {
  const { simulator, run, env } = await startWorld()
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const names = ['ANACONDA_CLIENT_ID', 'ANACONDA_CLIENT_SECRET', 'DIDOMI_KEY', 'DIDOMI_SECRET', 'TYK_TOKEN']
  const files: Record<string, string> = { LOYALTYDOG_MERCHANT_TOKEN_FILE: join(folder, 'merchant') }
  writeFileSync(join(folder, 'merchant'), 'merchant-token-2\n', { mode: 0o600 })
  for (const name of names) {
    files[name] = ''
    files[`${name}_FILE`] = join(folder, name)
    writeFileSync(join(folder, name), `${env[name]}\n`, { mode: 0o600 })
  }
  const { exportId, runId } = simulator.didomi.add()
  const codes = await Promise.all([
    run(['get', 'tyk', simulator.tyk.add()], files),
    run(['get', 'anaconda', simulator.anaconda.add()], files),
    run(['get', 'loyaltydog', simulator.loyaltydog.add()], files),
    run(['get', 'didomi', `${exportId}/${runId}`], files),
  ])
  expect(codes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(4).fill({ code: 0, stderr: '' }))
  const request = simulator.requests.find(({ vendor }) => vendor === 'loyaltydog')
  expect(request?.headers.get('x-eposn-merchant-token')).toBe('merchant-token-2')
})

test('--base-url and --allow-http hold for tokens, too', async () => {
  const { simulator, run, env } = await startWorld()
  const id = simulator.anaconda.add()
  const baseUrl = env.ANACONDA_BASE_URL as string
  const elsewhere = { ANACONDA_BASE_URL: 'http://127.0.0.1:9' }
  expect((await run(['get', 'anaconda', id, '--base-url', baseUrl], elsewhere)).code).toBe(0)
  const far = ['get', 'anaconda', id, '--base-url', 'http://anaconda.invalid', '--timeout', '2s']
  expect((await run(far)).stderr).toMatch(/allowHttp|https/)
  const allowed = await run([...far, '--allow-http'])
  // It goes there, and nobody is there.
  expect(allowed.code).toBe(124)
  expect(allowed.stderr).toMatch(/for a token/)
})

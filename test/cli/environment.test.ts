import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createClient } from '../../src/cli/environment.ts'
import { tokenFile } from '../../src/cli/token-file.ts'
import { startWorld } from './world.ts'

function writeToken(text: string, mode = 0o600): string {
  const folder = mkdtempSync(join(tmpdir(), 'export-jobs-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'token')
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}

test('a token file is taken, and read anew when its token was refused', async () => {
  const { clock, simulator, run, requests } = await startWorld()
  const path = writeToken(`${simulator.tyk.token}\n`)
  const id = simulator.tyk.add({ running: '1s' })
  const waiting = run(['wait', 'tyk', id, '--min-delay', '20ms'], { TYK_TOKEN: '', TYK_TOKEN_FILE: path })
  await requests(2)
  simulator.tyk.expireToken()
  writeFileSync(path, `${simulator.tyk.token}\n`)
  await requests(3)
  await clock.advance(1_000)
  const { code, stderr } = await waiting
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(simulator.requests.some(({ status }) => status === 401)).toBe(true)
})

test.skipIf(process.platform === 'win32')('a token file that others can read is refused', async () => {
  const { simulator, run } = await startWorld()
  const path = writeToken('the-token-in-the-file', 0o640)
  const { code, stderr } = await run(['get', 'tyk', simulator.tyk.add()], {
    TYK_TOKEN: '',
    TYK_TOKEN_FILE: path,
  })
  expect(code).toBe(2)
  expect(stderr).toMatch(
    /^export-jobs: The file in TYK_TOKEN_FILE can be read by others \(mode 0640\): chmod 600/,
  )
  expect(stderr).not.toContain('the-token')
  expect(simulator.requests).toEqual([])
})

test('a token file that is none is refused', () => {
  expect(() => tokenFile(writeToken(' \n'), 'X')).toThrow('The file in X is empty.')
  expect(() => tokenFile(writeToken('a'.repeat(70_000)), 'X')).toThrow('too large')
  expect(() => tokenFile('/nowhere/at/all', 'X')).toThrow('cannot be opened (ENOENT)')
  expect(() => tokenFile(tmpdir(), 'X')).toThrow('is not a file')
})

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

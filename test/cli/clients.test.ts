import { expect, test } from 'vitest'
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

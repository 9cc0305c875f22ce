import { fileURLToPath } from 'node:url'
import type { Workflow } from '@cloudflare/workers-types'
import { build } from 'esbuild'
import { startWait, waitKey } from 'export-jobs'
import { Miniflare } from 'miniflare'
import { expect, onTestFinished, test, vi } from 'vitest'
import { startVendor } from '../engines/support/vendor.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

test('polls, sleeps, polls, and returns the end', async () => {
  const vendor = await startVendor({ takes: () => 900 })
  onTestFinished(vendor.close)
  const { outputFiles } = await build({
    entryPoints: [at('recipes/cloudflare.ts')],
    write: false,
    bundle: true,
    format: 'esm',
    external: ['cloudflare:workers'],
    tsconfig: at('tsconfig.json'),
  })
  const miniflare = new Miniflare({
    modules: true,
    script: outputFiles[0]?.text ?? '',
    compatibilityDate: '2026-07-01',
    bindings: { TYK_BASE_URL: vendor.baseUrl, TYK_TOKEN: 'a-token' },
    workflows: { WAITS: { name: 'waits', className: 'WaitForExport' } },
  })
  onTestFinished(() => miniflare.dispose())
  const { WAITS } = await miniflare.getBindings<{ WAITS: Workflow }>()
  const instance = await WAITS.create({ id: waitKey('tyk', 'e1'), params: startWait('e1') })
  const end = { status: 'complete', output: { outcome: 'completed', state: { polls: 2 } } }
  await vi.waitFor(async () => expect(await instance.status()).toMatchObject(end), 30_000)
  expect(vendor.times).toHaveLength(2)
})

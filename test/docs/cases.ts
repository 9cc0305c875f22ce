import type { Case } from './world.ts'

const done = /^completed\n$/
const instant = '[\\dT:.-]+Z'

/** How each sample of README.md and docs/ is run, and what it prints. */
export const cases: Record<string, Case[]> = {
  'README.md: Start, wait, save': [{ stdout: /^3 records, 136 bytes in \S*january\.json\n$/ }],
  'README.md: Waiting, and the two errors': [
    { stdout: /^completed: exp-1\n$/ },
    {
      export: { outcome: 'failed', error: 'disk full' },
      stdout: /^no result: job-failed, The tyk export "exp-1" failed: disk full\./,
    },
    { prepare: ({ tyk }) => tyk.fail({ status: 403 }), stdout: /^stopped waiting: refused\n$/ },
  ],
  'README.md: The file, and its records': [{ stdout: /^1\n2\n3\n$/ }],
  'README.md: After a restart, and on a queue': [
    { stdout: /^completed\nfinished\n$/ },
    { export: { running: '1h' }, stdout: /^running\nnot finished\n$/ },
  ],
  'README.md: A vendor of your own': [{ stdout: done }],
  'README.md: Testing your code': [{ stdout: /^# pass 1$/m }],

  'docs/vendors.md: Tyk AI Studio': [{ stdout: new RegExp(`^3 records, kept until ${instant}\n$`) }],
  'docs/vendors.md: Anaconda': [{ stdout: /^3 records\n$/ }],
  'docs/vendors.md: LoyaltyDog': [{ stdout: new RegExp(`^csv until ${instant}\n$`) }],
  'docs/vendors.md: Didomi': [
    { prepare: ({ didomi }) => didomi.add({ id: 'r1' }), stdout: /^r1 completed\n$/ },
  ],
  'docs/vendors.md: The raw client': [
    { stdout: /^1\n$/ },
    { environment: { EXPORT_ID: 'nobody' }, stdout: /^404\n$/ },
  ],

  'docs/errors.md: Errors': [
    { stdout: /^completed: exp-1\n$/ },
    { export: { outcome: 'failed', error: 'disk full' }, stdout: /^failed: disk full\n$/ },
    {
      export: { running: '9h', retryAfter: '7200' },
      stdout:
        /^stopped waiting: timeout; resume with: \{"kind":"export-jobs\/wait","version":1,"ref":"exp-1",.*\}\n$/,
    },
    { prepare: ({ tyk }) => tyk.fail({ status: 403 }), stdout: /^stopped waiting: refused; / },
    { environment: { EXPORT_ID: '..' }, stdout: /^not started: invalid-ref\n$/ },
    { environment: { TYK_TOKEN: '' }, stdout: /^not started: invalid-option\n$/ },
  ],

  'docs/options.md: Wait options': [{ stdout: /^exp-1 3\n$/, stderr: /^finished\n$/ }],
  'docs/options.md: Wait options 2': [
    { stdout: done },
    { export: { outcome: 'failed', error: 'disk full' }, stdout: /^failed: disk full\n$/ },
    {
      prepare: ({ tyk }) => tyk.fail({ status: 503 }),
      stdout: new RegExp(`^server-error, next poll at ${instant}\ncompleted\n$`),
    },
  ],
  'docs/options.md: Client options': [
    { stdout: /^GET \/tyk\/api\/v1\/exports\/exp-1 1 200\ncompleted\n$/ },
    {
      prepare: ({ tyk }) => tyk.fail({ status: 401, body: { error: 'Unauthorized' } }),
      stdout: /^GET \S+ 1 401\nGET \S+ 2 200\ncompleted\n$/,
    },
  ],
  'docs/options.md: Download options': [{ stdout: /^\S*logs\.json 136\n$/, stderr: /^136 of 136 bytes\n$/ }],
  'docs/options.md: Download options 2': [{ stdout: /^\[\{"id":1,/, stderr: /^from byte 0 of 136\n$/ }],

  'docs/own-vendor.md: The vendor': [{ stdout: /^$/ }],
  'docs/own-vendor.md: Use it': [{ stdout: /^completed, 4 bytes\n$/ }],
  'docs/own-vendor.md: Test it': [{ stdout: /^# fail 0$/m }],
  'docs/own-vendor.md: Credentials': [{ stdout: /^completed\n$/ }],
  'docs/own-vendor.md: Lists': [{ stdout: /^completed\n$/ }],
  'docs/own-vendor.md: A generated client': [{ stdout: /^completed done\n$/ }],
  'docs/polling.md: What earlier exports took 2': [{ stdout: /^\{"orders":\[\d+\]\}\n$/ }],

  'docs/recipes/schedules.md: A nightly export that never starts twice': [
    { environment: { DAY: '2026-01-31' }, stdout: /^2026-01-31\.json: 136 bytes\n$/ },
  ],
  'docs/recipes/schedules.md: The next run of Didomi': [
    {
      files: { 'known.json': '["r0"]' },
      prepare: ({ didomi }) => didomi.add({ id: 'r1' }),
      stdout: /^r1 completed\n$/,
    },
    {
      files: { 'known.json': '["r1"]' },
      prepare({ didomi }) {
        didomi.add({ id: 'r1' })
        didomi.add({ id: 'r2', outcome: 'failed' })
      },
      stdout: /^r2 failed\n$/,
    },
  ],

  'docs/testing.md: A wait of a day': [{ stdout: /^# pass 1$/m }],
  'docs/testing.md: Scripts and faults': [{ stdout: /^# pass 1$/m }],
  'docs/testing.md: Over HTTP': [{ stdout: /^# pass 1$/m }],
  'docs/testing.md: msw': [{ stdout: /^# pass 1$/m }],
  'docs/testing.md: A clock that you move': [{ stdout: /^# pass 1$/m, stderr: /MockTimers/ }],
  'docs/testing.md: A vendor of your own': [{ stdout: /^# pass 1$/m }],
  'docs/testing.md: Conformance': [{ stdout: /^# fail 0$/m }],
  'docs/migrating.md: From a `while` loop': [{ stdout: done }],
}

const other = 'a package that is not installed here'

/** The samples that are compiled only, and why; test/recipes/ runs some of them in a way of their own. */
export const compiledOnly: Record<string, string> = {
  'docs/testing.md: Vitest': 'it is run by Vitest itself, in testing-page.test.ts',
  'docs/runtimes.md: Proxies and private CAs': other,
  'docs/recipes/web.md: Express, with progress as server-sent events': other,
  'docs/recipes/web.md: TanStack Query': other,
  'docs/recipes/web.md: A Next route': 'test/recipes/handlers.test.ts',
  'docs/durable.md: Vercel Workflow': other,
  'docs/recipes/stores.md: MongoDB': 'test/recipes/handlers.test.ts',
  'docs/recipes/stores.md: DynamoDB': other,
  'docs/recipes/operations.md: pino': 'test/recipes/handlers.test.ts',
  'docs/recipes/operations.md: OpenTelemetry': 'test/recipes/handlers.test.ts',
  ...Object.fromEntries(
    ['BullMQ in five minutes', 'BullMQ in five minutes 2', 'When a wait ends without a result', 'Limits'].map(
      (heading) => [`docs/durable.md: ${heading}`, 'npm run test:engines has what it runs on'],
    ),
  ),
}

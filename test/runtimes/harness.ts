/** One promise of the package, to be kept on every runtime. */
export interface Case {
  readonly name: string
  run(): unknown
}

export interface Result {
  readonly name: string
  readonly ok: boolean
  readonly error?: string
}

/** The last case of all, by which a run that broke off is known. */
export const lastCase = 'no promise was left to reject unheard'
const caseTimeout = 10_000

/** Runs one case after the other; what never ends has failed. */
export async function runCases(cases: readonly Case[], emit: (result: Result) => unknown): Promise<void> {
  for (const { name, run } of cases) {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error('it has not ended')), caseTimeout)
    })
    const error = await Promise.race([(async () => run())(), late]).then(
      () => undefined,
      (thrown: unknown) => (thrown instanceof Error ? String(thrown.stack ?? thrown) : `threw ${thrown}`),
    )
    clearTimeout(timer)
    await emit(error === undefined ? { name, ok: true } : { name, ok: false, error })
  }
}

export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}

/** Compares what JSON shows of two values; of objects, only the keys that are expected. */
export function expect(actual: unknown, expected: unknown): void {
  const text = (value: unknown) => JSON.stringify(value, replace) ?? String(value)
  const isPart = typeof expected === 'object' && expected !== null && !Array.isArray(expected)
  const part = isPart && Object.keys(expected).map((key) => [key, Object(actual)[key]])
  const seen = text(part ? Object.fromEntries(part) : actual)
  check(
    seen === text(expected),
    `${seen} instead of ${text(expected)}${actual instanceof Error ? ` in ${actual}` : ''}`,
  )
}

// JSON would leave out what is missing.
const replace = (_: string, value: unknown) => (value === undefined ? 'undefined' : value)

/** What the promise rejects with. */
// biome-ignore lint/suspicious/noExplicitAny: the cases read the fields of every error
export async function caught(promise: Promise<unknown>): Promise<any> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  check('error' in outcome, `resolved with ${JSON.stringify('value' in outcome && outcome.value)}`)
  return outcome.error
}

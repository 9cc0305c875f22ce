/** The simulated vendors. */
export type Simulator = ReturnType<typeof import('../testing/index.ts')['createVendorSimulator']>

/** @returns undefined when msw is missing, which is an optional peer and the simulator's only need. */
export async function loadSimulator(): Promise<Simulator | undefined> {
  try {
    const { createVendorSimulator } = await import('../testing/index.ts')
    return createVendorSimulator()
  } catch (error) {
    const { code } = Object((error as Error).cause) as NodeJS.ErrnoException
    if (code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}

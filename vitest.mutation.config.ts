import { statSync } from 'node:fs'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// In UTC nobody would notice a time that has lost its zone.
process.env.TZ = 'Asia/Kolkata'

/** Small files first: they take the least time, and the first test that fails is the last that is run. */
class SmallFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const size = ({ moduleId }: TestSpecification) => statSync(moduleId).size
    return [...files].sort((first, second) => size(first) - size(second))
  }
}

// For `npm run test:mutation`. Each mutant runs the tests that reach it, so only those that run in process and fast.
export default defineConfig({
  test: {
    include: [
      'test/*.test.ts',
      'test/{internal,wait,http,vendor,vendors}/**/*.test.ts',
      'test/faults/{queued-token,retry-budget,secrets*}.test.ts',
    ],
    exclude: [
      'test/{architecture,architecture-page,examples,notices,tsdoc}.test.ts',
      // It imports src in a test, which would be thought the only one to reach what is done on import.
      'test/errors.test.ts',
      // No mutator makes what these would notice.
      'test/{wait,http}/pollution.test.ts',
      'test/wait/{keep-alive,scale}.test.ts',
    ],
    // Half the time would go into loading the same modules for each file.
    isolate: false,
    sequence: { sequencer: SmallFirst },
  },
})

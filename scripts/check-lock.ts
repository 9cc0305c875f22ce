import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findHoles } from './lock/holes.ts'
import { run } from './package/run.ts'

// npm run check:lock: whether a fresh machine can install this, with each npm that people have.
const versions = ['10.9.4', '11.6.0']
const root = fileURLToPath(new URL('..', import.meta.url))
const work = await mkdtemp(join(tmpdir(), 'export-jobs-lock-'))
const locks = (await run(root, 'git', 'ls-files', '*package-lock.json')).trim().split('\n')

/** `npm ci` of one lock in an empty folder. The cache starts empty too, so that nothing of this machine helps. */
async function tryInstall(lock: string, version: string): Promise<string[]> {
  const folder = join(work, version, dirname(lock))
  await mkdir(folder, { recursive: true })
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(join(root, dirname(lock), name), join(folder, name))
  const ci = ['ci', '--dry-run', '--ignore-scripts', '--cache', join(work, `cache-${version}`)]
  return run(folder, 'npx', '--yes', `npm@${version}`, ...ci).then(
    () => [],
    (error: Error) => [`npm ${version}: ${/npm error .*/.exec(error.message)?.[0] ?? error.message}`],
  )
}

try {
  for (const lock of locks) {
    const problems = findHoles(JSON.parse(await readFile(join(root, lock), 'utf8')))
    for (const version of versions) problems.push(...(await tryInstall(lock, version)))
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${lock}`)
    for (const problem of problems) console.log(`     ${problem}`)
    if (problems.length > 0) process.exitCode = 1
  }
} finally {
  await rm(work, { recursive: true, force: true })
}

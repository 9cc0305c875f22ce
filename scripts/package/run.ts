import { type ExecFileException, execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program to its end; rejects with all that it printed when it fails. */
export async function run(cwd: string, command: string, ...args: string[]): Promise<string> {
  try {
    return (await execute(command, args, { cwd, maxBuffer: 64 * 1024 * 1024, timeout: 300_000 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '', code, signal } = error as ExecFileException
    const end = signal ? `was ended by ${signal}` : `ended with ${code}`
    throw new Error(`${[command, ...args].join(' ')} ${end}\n${stdout}${stderr}`.trim())
  }
}

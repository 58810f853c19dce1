import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.js'

/** Exit code and output of a command. */
export interface CommandEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of `stackgate`, or the program that prints the schema, with only the given environment. Default: no input. */
export function runCommand(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
  input?: string,
): Promise<CommandEnd> {
  const program = name === 'print-schema' ? [`dist/src/cli/${name}.js`] : ['dist/src/cli/stackgate.js', name]
  const child = spawn(process.execPath, [join(process.cwd(), program[0]!), ...program.slice(1), ...args], {
    env: { ...childEnvironment, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // A command can end before it has read its input.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

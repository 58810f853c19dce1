import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { childEnvironment } from './child-environment.js'

/** Exit code and output of a command. */
export interface CommandEnd {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of `stackgate`, or the program that prints the schema, with only the given environment. */
export function runCommand(name: string, args: readonly string[], env: Record<string, string>): Promise<CommandEnd> {
  const program = name === 'print-schema' ? [`dist/src/cli/${name}.js`] : ['dist/src/cli/stackgate.js', name]
  const child = spawn(process.execPath, [join(process.cwd(), program[0]!), ...program.slice(1), ...args], {
    env: { ...childEnvironment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

import { createHash } from 'node:crypto'
import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Installs the packages of a folder with a lock file of its own, and returns a folder with them and with the files of the folder. The
 * packages remain for the next run with the same lock file. The folder is not below `node_modules`, where compilers read no sources.
 * @throws when npm cannot install them
 */
export async function installTools(source: string): Promise<string> {
  const lock = createHash('sha256')
    .update(readFileSync(join(source, 'package-lock.json')))
    .digest('hex')
  const target = join(process.cwd(), '.stackgate/test-tools', lock.slice(0, 16))
  mkdirSync(target, { recursive: true })
  cpSync(source, target, { recursive: true, filter: (path) => !path.includes('/node_modules') })
  const stamp = join(target, '.installed')
  if (existsSync(stamp)) return target
  const { code, output } = await runTool('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: target })
  if (code !== 0) throw new Error(output)
  writeFileSync(stamp, lock)
  return target
}

/** Runs a program to its end and returns its exit code with all of its output. */
export function runTool(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

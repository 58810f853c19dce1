import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Builds and serves an application, for example one of `examples`. Returns a function that ends it. */
export async function startViteSite(folder: string, port: number, env: Record<string, string>): Promise<() => void> {
  const output = mkdtempSync(join(tmpdir(), 'stackgate-site-'))
  const child = spawn(process.execPath, ['test/support/serve-with-vite.mjs', folder, `${port}`, output], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const close = () => {
    child.kill()
    rmSync(output, { recursive: true, force: true })
  }
  let errors = ''
  child.stderr.on('data', (chunk) => (errors += String(chunk)))
  await new Promise<void>((resolve, fail) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => {
      close()
      fail(new Error(`${folder} does not start: ${errors}`))
    })
  })
  return close
}

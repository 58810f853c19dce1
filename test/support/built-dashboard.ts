import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { must } from './packed-packages.js'

let folder: Promise<string> | undefined

/** Builds the dashboard once for a test file, outside of the project. Returns the folder for the setting `DASHBOARD`. */
export function builtDashboard(): Promise<string> {
  folder ??= build(mkdtempSync(join(tmpdir(), 'stackgate-dashboard-')))
  return folder
}

async function build(outDir: string): Promise<string> {
  const vite = join(process.cwd(), 'node_modules/vite/bin/vite.js')
  // Jest sets another environment, in which React would be its development version.
  const args = ['build', '--config', 'dashboard/vite.config.ts', '--outDir', outDir, '--logLevel', 'error']
  await must(process.execPath, [vite, ...args], process.cwd(), { NODE_ENV: 'production' })
  return outDir
}

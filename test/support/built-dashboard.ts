import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oncePerRun } from './once-per-run.js'
import { must } from './packed-packages.js'

/** Builds the dashboard once for a run, outside of the project. Returns the folder for the setting `DASHBOARD`. */
export const builtDashboard = (): Promise<string> => oncePerRun('dashboard', build)

async function build(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'stackgate-dashboard-'))
  const vite = join(process.cwd(), 'node_modules/vite/bin/vite.js')
  // Jest sets another environment, in which React would be its development version.
  const args = ['build', '--config', 'dashboard/vite.config.ts', '--outDir', outDir, '--logLevel', 'error']
  await must(process.execPath, [vite, ...args], process.cwd(), { NODE_ENV: 'production' })
  return outDir
}

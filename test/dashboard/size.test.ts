import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { builtDashboard } from '#test/support/built-dashboard.js'

/** Limit of the first page, in bytes after gzip. */
const FIRST_LOAD = 230_000

describe('Size of the dashboard', () => {
  it('is at most 230 kB for the first page, with its styles [DB13]', async () => {
    const folder = await builtDashboard()
    const page = readFileSync(join(folder, 'index.html'), 'utf8')
    const linked = [...page.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, path]) => path!)
    // The page itself is loaded when its route is known.
    const welcome = readdirSync(join(folder, 'assets')).find((name) => /^welcome-.*\.js$/.test(name))
    const loaded = ['index.html', ...linked, `assets/${welcome}`]
    const bytes = loaded.reduce((sum, path) => sum + gzipSync(readFileSync(join(folder, path))).length, 0)
    expect(linked.filter((path) => path.endsWith('.js')).length).toBeGreaterThan(2)
    expect(bytes).toBeLessThan(FIRST_LOAD)
  })
})

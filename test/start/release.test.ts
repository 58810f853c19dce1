import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'

interface Job {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps: readonly { readonly run?: string; readonly uses?: string; readonly with?: Record<string, unknown> }[]
}

const { version: present } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }

describe('npm run release', () => {
  let folder: string
  const run = (program: string, ...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8' })
    return { status, out: stdout.trim(), err: stderr.trim() }
  }
  const release = (...args: readonly string[]) => run(process.execPath, 'packages/release.mjs', ...args)
  const read = (path: string) => readFileSync(join(folder, path), 'utf8')

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stackgate-release-'))
    spawnSync('git', ['clone', '--quiet', '--shared', '--no-tags', '.', folder])
    for (const [name, value] of [
      ['user.name', 'Release'],
      ['user.email', 'release@example.com'],
    ])
      run('git', 'config', name!, value!)
    for (const path of ['packages/release.mjs', 'CHANGELOG.md']) cpSync(path, join(folder, path))
    writeFileSync(
      join(folder, 'CHANGELOG.md'),
      read('CHANGELOG.md').replace('### Added\n', '### Added\n\n- A change.\n'),
    )
    run('git', 'add', '--all')
    run('git', 'commit', '--quiet', '--message', 'test: prepare')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('refuses what is no version, and uncommitted changes', () => {
    expect(release('next')).toMatchObject({ status: 2, err: expect.stringContaining("'next' is no version") as string })
    expect(release()).toMatchObject({ status: 2, err: expect.stringContaining('name one version') as string })
    writeFileSync(join(folder, 'LICENSE'), 'changed')
    expect(release('1.0.0')).toMatchObject({ status: 2, err: 'release: there are uncommitted changes' })
    run('git', 'checkout', '--quiet', 'LICENSE')
  })

  it('rehearses a release in a clone: the commits, the tag and the changelog of readers, and changes nothing', () => {
    const before = run('git', 'rev-parse', 'HEAD').out
    const rehearsed = release('--dry-run')
    expect([rehearsed.status, rehearsed.err]).toEqual([0, ''])
    for (const part of [
      `chore(release): ${present.split('-')[0]!}\n`,
      'chore(release): upgrade from',
      'package-lock.json',
      '- A change.',
    ])
      expect(rehearsed.out).toContain(part)
    expect(release('--dry-run', 'next')).toMatchObject({
      status: 2,
      err: expect.stringContaining("'next' is") as string,
    })
    expect([run('git', 'rev-parse', 'HEAD').out, run('git', 'tag', '--list').out]).toEqual([before, ''])
  })

  it('has a changelog that can be read: at most 1,500 words since the last release', () => {
    const unreleased = readFileSync('CHANGELOG.md', 'utf8').split(/^## /m)[1]!
    expect(unreleased.startsWith('[Unreleased]')).toBe(true)
    expect(unreleased.split(/\s+/).length).toBeLessThanOrEqual(1500)
  })

  it('sets the version everywhere, dates the changelog, tags, and records the release for upgrades', () => {
    const done = release('1.0.0', '--date', '2026-12-01')
    expect([done.status, done.err]).toEqual([0, ''])
    const manifests = globSync('{.,packages/*,dashboard}/package.json', { cwd: folder })
    expect(manifests.length).toBeGreaterThan(5)
    for (const path of [...manifests, 'package-lock.json', 'packages/python/pyproject.toml', 'docs/cli.md'])
      expect([path, read(path).includes(present) || read(path).includes('1.0.0rc1')]).toEqual([path, false])
    expect((parse(read('deploy/helm/stackgate/Chart.yaml')) as { appVersion: string }).appVersion).toBe('1.0.0')
    expect(read('CHANGELOG.md')).toContain('## [Unreleased]\n\n## [1.0.0] - 2026-12-01\n')
    expect(read('CHANGELOG.md')).toContain(`## [${present}]`)
    expect(run('git', 'tag', '--list').out).toBe('v1.0.0')
    const recorded = JSON.parse(read('migrations/previous-release.json')) as Record<string, string>
    expect(recorded).toEqual({
      version: '1.0.0',
      commit: run('git', 'rev-parse', 'v1.0.0^{commit}').out,
      lastMigration: /name: '(\w+)'[^']*$/.exec(read('migrations/all-migrations.ts'))![1],
    })
    expect(run('git', 'status', '--porcelain').out).toBe('')
  })

  it('prints the changes of the release, and makes no release twice', () => {
    const notes = release('--notes', '1.0.0')
    expect([notes.status, notes.out.includes('### Added'), notes.out.includes('A change.')]).toEqual([0, true, true])
    expect(notes.out).not.toContain('\n## ')
    expect(release('1.0.0').err).toBe('release: the tag v1.0.0 exists')
    expect(release('1.0.1').err).toBe('release: CHANGELOG.md has no unreleased changes')
    expect(release('--notes', '9.9.9')).toMatchObject({ status: 2 })
  })
})

describe('The workflow of a release', () => {
  const { jobs } = parse(readFileSync('.github/workflows/release.yml', 'utf8')) as { jobs: Record<string, Job> }
  const runs = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []))

  it('runs scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> }
    const named = runs.flatMap((run) =>
      [...run.matchAll(/npm (?:run )?(test:long|test|pack)\b/g)].map(([, name]) => name!),
    )
    expect(named.toSorted()).toEqual(['pack', 'test', 'test:long'])
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })

  it('publishes only after the tests, and only for the owner of the names', () => {
    for (const [name, job] of Object.entries(jobs).filter(([, { steps }]) =>
      /publish|push: true/.test(JSON.stringify(steps)),
    )) {
      expect([name, job.needs, job.if]).toEqual([name, 'test', "vars.PUBLISH == 'true'"])
      expect(job.permissions?.['id-token']).toBe('write')
    }
    expect(runs.join('\n')).toContain('npm publish "$file" --access public --provenance')
  })

  it('gives the image a list of its parts and a signature', () => {
    const build = jobs['image']!.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action'))!
    expect(build.with).toMatchObject({ file: 'deploy/Dockerfile', sbom: true, provenance: 'mode=max' })
    expect(runs.some((run) => run.startsWith('cosign sign --yes'))).toBe(true)
  })
})

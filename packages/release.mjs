// `npm run release -- 1.0.0`: sets the version everywhere, dates the changelog, commits and tags. It pushes nothing; .github/workflows/release.yml
// publishes a tag that is pushed. `--dry-run` does all of it in a temporary clone, and prints what a release would change. `--notes 1.0.0` prints the
// changes of a release, for its page.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** Files that state the versions of the past. */
const PAST = /^(?:CHANGELOG\.md|bench\/results\/|docs\/(?:decisions\/|changelog\/|scale\.md))/
const VERSION = /^\d+\.\d+\.\d+(?:-(?:rc|beta)\.\d+)?$/

const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim()
const read = (path) => readFileSync(path, 'utf8')
const fail = (message) => {
  process.stderr.write(`release: ${message}\n`)
  process.exit(2)
}

/** Python writes candidates without signs: 1.0.0rc1. */
const forPython = (version) => version.replace(/-(rc|beta)\./, (_whole, kind) => (kind === 'rc' ? 'rc' : 'b'))

/** Changes of a release, or those that are not released. */
export function notesOf(changelog, version) {
  const section = changelog.split(/^## /m).find((part) => part.startsWith(`[${version}]`))
  return section?.slice(section.indexOf('\n')).trim() ?? null
}

/** Writes the version in place of the previous one. Returns the changed files. */
function setVersion(previous, version) {
  const replaced = [
    [previous, version],
    [forPython(previous), forPython(version)],
  ]
  const files = git('ls-files').split('\n')
  return files.filter((path) => {
    if (PAST.test(path) || !/\.(?:json|md|ya?ml|toml|ts|py)$/.test(path)) return false
    const text = read(path)
    const changed = replaced.reduce((found, [from, to]) => found.replaceAll(from, to), text)
    if (changed !== text) writeFileSync(path, changed)
    return changed !== text
  })
}

/** The release becomes the one from which later ones upgrade. Candidates do not count. */
function recordAsPrevious(version) {
  const path = 'migrations/previous-release.json'
  const lastMigration = [...read('migrations/all-migrations.ts').matchAll(/name: '(\w+)'/g)].at(-1)[1]
  writeFileSync(path, `${JSON.stringify({ version, commit: git('rev-parse', 'HEAD'), lastMigration }, null, 2)}\n`)
  git('commit', '--quiet', '--all', '--message', `chore(release): upgrade from ${version} from now on`)
}

function release(version, date) {
  if (!VERSION.test(version)) fail(`'${version}' is no version such as 1.0.0 or 1.1.0-rc.1`)
  if (git('status', '--porcelain') !== '') fail('there are uncommitted changes')
  if (git('tag', '--list', `v${version}`) !== '') fail(`the tag v${version} exists`)
  const changelog = read('CHANGELOG.md')
  if (!notesOf(changelog, 'Unreleased')) fail('CHANGELOG.md has no unreleased changes')
  const { version: previous } = JSON.parse(read('package.json'))
  const files = setVersion(previous, version)
  writeFileSync(
    'CHANGELOG.md',
    changelog.replace('## [Unreleased]\n', `## [Unreleased]\n\n## [${version}] - ${date}\n`),
  )
  git('commit', '--quiet', '--all', '--message', `chore(release): ${version}`)
  git('tag', '--annotate', `v${version}`, '--message', `Stackgate ${version}`)
  if (!version.includes('-')) recordAsPrevious(version)
  process.stdout.write(
    `${previous} is now ${version} in ${files.length} files; push it: git push origin HEAD v${version}\n`,
  )
}

/** The version of which the present one is a candidate. */
const stable = () => JSON.parse(read('package.json')).version.split('-')[0]

/** The release in a temporary clone of the last commit. */
function rehearse(version, date) {
  if (git('status', '--porcelain') !== '') fail('there are uncommitted changes')
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-release-'))
  const inClone = (...args) => git('-C', folder, ...args)
  try {
    git('clone', '--quiet', '--shared', '.', folder)
    inClone('config', 'user.name', 'Rehearsal')
    inClone('config', 'user.email', 'rehearsal@example.com')
    const args = ['packages/release.mjs', version, '--date', date]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) {
      process.stderr.write(stderr)
      process.exitCode = status ?? 1
      return
    }
    const notes = notesOf(readFileSync(join(folder, 'CHANGELOG.md'), 'utf8'), version)
    process.stdout.write(
      `Nothing was changed here. A release of ${version} would make these commits, and the tag v${version}:\n\n`,
    )
    process.stdout.write(
      `${inClone('log', '--reverse', '--stat=100', '--format=%s', `${git('rev-parse', 'HEAD')}..`)}\n\n`,
    )
    process.stdout.write(`Its changelog:\n\n${notes}\n`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const { values, positionals } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    notes: { type: 'string' },
    date: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
  allowPositionals: true,
})
if (values.notes) {
  const notes = notesOf(read('CHANGELOG.md'), values.notes)
  if (!notes) fail(`CHANGELOG.md has no release ${values.notes}`)
  process.stdout.write(`${notes}\n`)
} else if (values['dry-run'] && positionals.length <= 1) rehearse(positionals[0] ?? stable(), values.date)
else if (positionals.length === 1) release(positionals[0], values.date)
else fail('name one version, for example: npm run release -- 1.0.0')

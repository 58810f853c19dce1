import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** The release that may still be running somewhere while this one starts. */
export interface PreviousRelease {
  /** Null until a release is tagged. */
  readonly commit: string | null
  /** The last migration that it brings. */
  readonly lastMigration: string
}

export const previousRelease = JSON.parse(readFileSync('migrations/previous-release.json', 'utf8')) as PreviousRelease

/** Why the previous release cannot be built here; null when it can. A clone without history does not have it. */
export function previousReleaseIssue(): string | null {
  const { commit } = previousRelease
  if (commit === null) return 'until a release is tagged'
  try {
    execFileSync('git', ['cat-file', '-e', `${commit}^{commit}`], { stdio: 'ignore' })
    return null
  } catch {
    return `this clone has no commit ${commit.slice(0, 10)} (a shallow clone, or no git)`
  }
}

/** Takes the release out of the history and compiles it, with the packages that are installed. */
export async function buildPreviousRelease(): Promise<{ root: string; remove(): void }> {
  const root = mkdtempSync(join(tmpdir(), 'stackgate-previous-'))
  const tar = execFileSync(
    'git',
    [
      'archive',
      previousRelease.commit!,
      'src',
      'packages',
      'migrations',
      'catalogs',
      'package.json',
      'tsconfig.json',
      'tsconfig.build.json',
    ],
    { maxBuffer: 256 * 1_048_576 },
  )
  execFileSync('tar', ['-x', '-C', root], { input: tar })
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'))
  await promisify(execFile)(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-b', 'tsconfig.build.json', 'packages/sandbox/tsconfig.build.json'],
    {
      cwd: root,
    },
  )
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

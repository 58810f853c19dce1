import { transform, type Options } from '@swc/core'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { contractingChange } from './schema-change.js'

/** The release that may still be running somewhere while this one starts. A release candidate is one, too. */
export interface PreviousRelease {
  readonly version: string
  readonly commit: string
  /** The last migration that it brings. */
  readonly lastMigration: string
}

export const previousRelease = JSON.parse(readFileSync('migrations/previous-release.json', 'utf8')) as PreviousRelease

const git = (...args: string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1_048_576, stdio: ['ignore', 'pipe', 'ignore'] })

/**
 * Why the previous release cannot run here on the schema of this one; null when it can. A clone without history does not have it. Until 1.0.0 the
 * baselines may change in place, also in a way that a candidate cannot use. A later migration is no reason: it has to suit the previous release.
 */
export function previousReleaseIssue(): string | null {
  const { commit, version } = previousRelease
  let schema: string
  try {
    schema = git('show', `${commit}:migrations/schema.sql`)
  } catch {
    return `this clone has no commit ${commit.slice(0, 10)} (a shallow clone, or no git)`
  }
  if (!baselinesChanged()) return null
  const change = contractingChange(schema, readFileSync('migrations/schema.sql', 'utf8'))
  return change === null ? null : `a baseline changed in place since ${version}, which cannot use it: ${change}`
}

/** Why this release cannot restore a backup of the previous one; null when it can. Both must make the same tables by the same migrations. */
export const previousBackupIssue = (): string | null =>
  baselinesChanged() ? `a baseline changed in place since ${previousRelease.version}` : null

/** Whether a migration of the previous release differs from the file of the same name here. */
function baselinesChanged(): boolean {
  const { commit, lastMigration } = previousRelease
  const names = readdirSync('migrations').filter((name) => name.endsWith('.ts') && name <= `${lastMigration}.ts`)
  try {
    git('diff', '--quiet', commit, '--', ...names.map((name) => `migrations/${name}`))
    return false
  } catch {
    return true
  }
}

const SWC: Options = {
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    target: 'es2023',
    keepClassNames: true,
    transform: { legacyDecorator: true, decoratorMetadata: false, useDefineForClassFields: false },
  },
  module: { type: 'es6' },
  configFile: false,
  swcrc: false,
}

/** Takes the release out of the history and removes its types, with the packages that are installed. */
export async function buildPreviousRelease(): Promise<{ root: string; remove(): void }> {
  const root = mkdtempSync(join(tmpdir(), 'stackgate-previous-'))
  const tar = execFileSync(
    'git',
    ['archive', previousRelease.commit, 'src', 'migrations', 'catalogs', 'package.json'],
    {
      maxBuffer: 256 * 1_048_576,
    },
  )
  execFileSync('tar', ['-x', '-C', root], { input: tar })
  symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'))
  for (const folder of ['src', 'migrations'])
    for (const file of readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue
      const { code } = await transform(readFileSync(join(root, folder, file), 'utf8'), SWC)
      const compiled = join(root, 'dist', folder, file.replace(/ts$/, 'js'))
      mkdirSync(dirname(compiled), { recursive: true })
      writeFileSync(compiled, code)
    }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

import { transform, type Options } from '@swc/core'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** The release that may still be running somewhere while this one starts. Null before the first one: a candidate is none. */
export interface PreviousRelease {
  readonly version: string | null
  readonly commit: string | null
  /** The last migration that it brings. */
  readonly lastMigration: string
}

export const previousRelease = JSON.parse(readFileSync('migrations/previous-release.json', 'utf8')) as PreviousRelease

/** Why no previous release can run here. Null if one can. A clone without history does not have it. */
export function previousReleaseIssue(): string | null {
  const { commit } = previousRelease
  return commit === null ? 'nothing is released yet' : missingCommit(commit)
}

/** Why a commit cannot be built here. Null if it can. */
export function missingCommit(commit: string): string | null {
  try {
    execFileSync('git', ['cat-file', '-e', commit], { stdio: 'ignore' })
    return null
  } catch {
    return `this clone has no commit ${commit.slice(0, 10)} (a shallow clone, or no git)`
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

/** The previous release without its types. */
export const buildPreviousRelease = () => buildRelease(previousRelease.commit!)

/** Takes a commit out of the history and removes its types, with the packages that are installed. */
export async function buildRelease(commit: string): Promise<{ root: string; remove(): void }> {
  const root = mkdtempSync(join(tmpdir(), 'stackgate-previous-'))
  const tar = execFileSync(
    'git',
    ['archive', commit, 'src', 'migrations', 'catalogs', 'packages/client/documents', 'package.json'],
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

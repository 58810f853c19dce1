import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from './install-tools.js'

const root = process.cwd()

/** Published packages, in the order in which they depend on each other. */
export const PUBLISHED = ['client', 'iframe', 'react'] as const
export type Published = (typeof PUBLISHED)[number]

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly scripts?: Record<string, string>
  readonly dependencies?: Record<string, string>
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>
  readonly publishConfig?: { readonly access?: string; readonly provenance?: boolean }
}

export const packageFolder = (name: Published): string => join(root, 'packages', name)

export const manifestOf = (name: Published): Manifest =>
  JSON.parse(readFileSync(join(packageFolder(name), 'package.json'), 'utf8')) as Manifest

/** Files of this run. Its workers have the same parent. */
const archivesFile = join(tmpdir(), `stackgate-archives-${process.ppid}.json`)
const lock = `${archivesFile}.lock`

/**
 * Builds and packs the published packages, as `npm publish` does. Returns the paths of the archives by the names of the packages. Test files
 * that run at the same time share the archives: a second build would delete the files that the first one packs.
 * @throws with npm's output if it fails
 */
export async function packPackages(): Promise<Record<Published, string>> {
  while (!existsSync(archivesFile)) {
    if (tryLock()) {
      try {
        if (!existsSync(archivesFile)) await buildAndPack()
      } finally {
        rmSync(lock, { recursive: true })
      }
    } else await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return JSON.parse(readFileSync(archivesFile, 'utf8')) as Record<Published, string>
}

function tryLock(): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

async function buildAndPack(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-packages-'))
  await must(process.execPath, ['packages/pack.mjs', '--out', folder, ...PUBLISHED], root)
  const archives = Object.fromEntries(
    PUBLISHED.map((name) => [name, join(folder, `stackgate-${name}-${manifestOf(name).version}.tgz`)]),
  )
  writeFileSync(`${archivesFile}.new`, JSON.stringify(archives))
  renameSync(`${archivesFile}.new`, archivesFile)
}

/** Runs a program and returns its output. */
export async function must(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<string> {
  const { code, output } = await runTool(command, args, { cwd, env: { ...process.env, NODE_OPTIONS: '', ...env } })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${output}`)
  return output
}

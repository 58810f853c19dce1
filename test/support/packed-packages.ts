import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from './install-tools.js'
import { oncePerRun } from './once-per-run.js'

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

/**
 * Builds and packs the published packages, as `npm publish` does. Returns the paths of the archives by the names of the packages. Test files
 * that run at the same time share the archives: a second build would delete the files that the first one packs.
 * @throws with npm's output if it fails
 */
export const packPackages = (): Promise<Record<Published, string>> => oncePerRun('archives', buildAndPack)

async function buildAndPack(): Promise<Record<Published, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'stackgate-packages-'))
  await must(process.execPath, ['packages/pack.mjs', '--out', folder, ...PUBLISHED], root)
  const archive = (name: Published) => join(folder, `stackgate-${name}-${manifestOf(name).version}.tgz`)
  return Object.fromEntries(PUBLISHED.map((name) => [name, archive(name)])) as Record<Published, string>
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

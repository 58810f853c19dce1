import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readCatalogFile } from '#services/catalog/load/read-catalog-file.js'
import { readConfig } from '#services/kernel/config/config.js'
import { AppError } from '#services/kernel/errors/app-error.js'
import { didYouMean } from '#services/kernel/text/nearest-name.js'
import type { AddedFile, AddedFiles, Feature } from './added-files.js'
import { readApplication } from './application.js'
import type { FrameworkName } from './frameworks.js'
import { goFiles } from './go-files.js'
import { nodeFiles } from './node-files.js'
import { pythonFiles } from './python-files.js'

export interface AddOptions {
  readonly framework?: FrameworkName | undefined
  /** Code of the feature of the examples. Default: the first one of the catalog. */
  readonly feature?: string | undefined
  /** Deletes what was added, unless it has changed since. */
  readonly remove?: boolean | undefined
  /** Writes nothing. */
  readonly dryRun?: boolean | undefined
}

/** A file with what happens to it. `kept`: it has this text, or a person changed it since. */
export interface ChangedFile {
  readonly path: string
  readonly state: 'created' | 'extended' | 'kept' | 'deleted' | 'shortened'
  /** The lines that are added or removed. */
  readonly lines: readonly string[]
}

export interface Added {
  readonly framework: FrameworkName
  readonly files: readonly ChangedFile[]
  /** Lines that a person writes, by subject. Commands are no lines of the application. */
  readonly byHand: Readonly<Record<'install' | 'settings' | 'lines' | 'test', readonly string[]>>
}

const MARK = 'Written by `stackgate add`.'

/** Adds a gate, a receiver of webhooks, settings and a test to an application, or removes them. */
export function addToApplication(env: NodeJS.ProcessEnv, folder: string, options: AddOptions): Added {
  const application = readApplication(folder, options.framework)
  const { framework } = application
  const feature = featureOf(env, options.feature)
  const filesOf = framework === 'go' ? goFiles : /^(?:fastapi|django)$/.test(framework) ? pythonFiles : nodeFiles
  const added = filesOf(application, feature)
  const read = (path: string) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), 'utf8') : null)
  const whole = added.files.map(({ path, text }) => ({ path, text: `${added.comment} ${MARK}\n${text}` }))
  const foreign = whole.filter(({ path }) => read(path)?.includes(MARK) === false)
  if (foreign.length > 0 && !options.remove)
    throw new AppError(
      'CONFIGURATION',
      `${foreign.map(({ path }) => path).join(', ')} in ${folder} is not of \`stackgate add\`: rename it first. Nothing was written`,
    )
  const decide = options.remove ? [deleteFile, shortenFile] : [createFile, extendFile]
  const changes = [
    ...whole.map((file) => decide[0]!(file, read(file.path))),
    ...blocksOf(added, read).map((file) => decide[1]!(file, read(file.path))),
  ]
  if (!options.dryRun) for (const { path, text } of changes) if (text !== undefined) write(folder, path, text)
  return {
    framework,
    files: changes.map(({ path, state, lines }) => ({ path, state, lines })),
    byHand: {
      install: [added.install],
      settings: ['STACKGATE_SECRET_KEY=…', 'STACKGATE_WEBHOOK_SECRET=…'],
      lines: added.lines,
      test: [added.test],
    },
  }
}

function featureOf(env: NodeJS.ProcessEnv, named: string | undefined): Feature {
  const codes = readCatalogFile(readConfig(env).catalog).features.map(({ code }) => code)
  const code = named ?? codes[0]
  if (code !== undefined && codes.includes(code)) return { code }
  throw new AppError(
    'CONFIGURATION',
    `the catalog has no feature '${code ?? ''}'${didYouMean(code ?? '', codes)}; it has ${codes.join(', ') || 'none'}`,
  )
}

/** A change with the new text of the file. Null: the file is deleted. Undefined: it stays. */
interface Change extends ChangedFile {
  readonly text?: string | null
}

const linesOf = (text: string): string[] => text.trimEnd().split('\n')

const createFile = ({ path, text }: AddedFile, existing: string | null): Change =>
  existing === null ? { path, state: 'created', lines: linesOf(text), text } : { path, state: 'kept', lines: [] }

/** Files that a person changed stay. */
const deleteFile = ({ path, text }: AddedFile, existing: string | null): Change =>
  existing === text ? { path, state: 'deleted', lines: linesOf(text), text: null } : { path, state: 'kept', lines: [] }

function extendFile({ path, text }: AddedFile, existing: string | null): Change {
  if (text === '' || existing?.includes(MARK)) return { path, state: 'kept', lines: [] }
  const before = existing === null || existing === '' || existing.endsWith('\n') ? (existing ?? '') : `${existing}\n`
  return { path, state: existing === null ? 'created' : 'extended', lines: linesOf(text), text: before + text }
}

function shortenFile({ path, text }: AddedFile, existing: string | null): Change {
  if (text === '' || !existing?.includes(text)) return { path, state: 'kept', lines: [] }
  const rest = existing.replace(text, () => '')
  return { path, state: rest === '' ? 'deleted' : 'shortened', lines: linesOf(text), text: rest === '' ? null : rest }
}

/** Patterns of `.gitignore` that cover the file of the settings. */
const IGNORING = ['.env', '.env*', '.env.*', '.env.local', '.env*.local', '*.local']

/** Lines that files of the application may already have: settings, and the pattern that keeps them out of git. */
function blocksOf({ env }: AddedFiles, read: (path: string) => string | null): AddedFile[] {
  const settings = withoutBlock(read(env) ?? '')
  const given = ['STACKGATE_URL=http://127.0.0.1:4000', 'STACKGATE_SECRET_KEY=', 'STACKGATE_WEBHOOK_SECRET=']
  const missing = given.filter((line) => !new RegExp(`^${line.split('=')[0]}=`, 'm').test(settings))
  const ignored = withoutBlock(read('.gitignore') ?? '')
    .split('\n')
    .map((line) => line.trim().replace(/^\//, ''))
  const isIgnored = IGNORING.some((pattern) => ignored.includes(pattern) && (pattern !== '.env' || env === '.env'))
  return [
    { path: env, text: blockOf(missing) },
    { path: '.gitignore', text: blockOf(isIgnored ? [] : [env]) },
  ]
}

const blockOf = (lines: readonly string[]): string => (lines.length > 0 ? `# ${MARK}\n${lines.join('\n')}\n` : '')

/** The text before the lines that were added. */
const withoutBlock = (text: string): string => text.split(`# ${MARK}\n`)[0]!

const PRIVATE_FILE = 0o600
const PUBLIC_FILE = 0o644

function write(folder: string, path: string, text: string | null): void {
  const file = join(folder, path)
  if (text !== null) {
    mkdirSync(dirname(file), { recursive: true })
    return writeFileSync(file, text, { mode: path.startsWith('.env') ? PRIVATE_FILE : PUBLIC_FILE })
  }
  rmSync(file)
  // Folders that became empty were made for the file.
  for (let parent = dirname(file); parent !== folder && readdirSync(parent).length === 0; parent = dirname(parent))
    rmdirSync(parent)
}

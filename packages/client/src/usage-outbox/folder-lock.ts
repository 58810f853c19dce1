import { link, open, readFile, readlink, rename, rm, stat, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createIdempotencyKey } from '../idempotency.js'
import { UsageOutboxError } from './outbox-error.js'

/** The process that holds a lock. */
interface Holder {
  readonly id: string
  readonly pid: number
  /** Start of the process, in the unit of the system. Empty where it is unknown. */
  readonly startedAt: string
  /** Within it, a pid names one process: this start of the machine, and the container. */
  readonly space: string
}

const BEAT_MS = 2_000
/** A holder of another container or machine that was silent for this long is dead: by the clock of this process, which watches it. */
const SILENT_MS = 15_000
/** The clocks of two machines differ by less: a sign of life from longer ago is not awaited again. */
const MAX_SKEW_MS = 300_000
const RETRY_MS = 500

/** Locks that this process holds. */
const held = new Set<string>()

/** The right of one process to use a folder. */
export interface FolderLock {
  /**
   * Proves that no other process has the folder. It reads the file only if this process was suspended.
   * @throws UsageOutboxError with the code `LOCKED`
   */
  check(): Promise<void>
  release(): Promise<void>
}

/**
 * Locks a folder. The lock of a process that ended is replaced: at once, or after 15 seconds if the process was in another container.
 * @throws UsageOutboxError with the code `LOCKED`
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, 'lock')
  const holder: Holder = {
    id: createIdempotencyKey(),
    pid: process.pid,
    startedAt: await startOf(process.pid),
    space: await processSpace(),
  }
  let first: { readonly beatAt: number; readonly seenAt: number } | undefined
  while (!(await tryLock(path, holder))) {
    const found = await readLock(path)
    if (found === undefined) continue
    const { other, beatAt } = found
    first ??= { beatAt, seenAt: performance.now() }
    const watchedMs = beatAt === first.beatAt ? performance.now() - first.seenAt : 0
    const isSilent = watchedMs > SILENT_MS || Date.now() - beatAt > MAX_SKEW_MS
    if (await isDead(other, isSilent, holder)) {
      await removeStale(path, other)
      continue
    }
    // Another container or machine: it is dead, or its next sign of life follows soon.
    if (other?.space === holder.space || beatAt !== first.beatAt) throw lockedError(folder, other)
    await new Promise((wake) => setTimeout(wake, RETRY_MS))
  }
  held.add(holder.id)
  let beatAt = Date.now()
  let isLost = false
  /** A sign of life, unless another process has replaced the lock. */
  const beat = async (): Promise<void> => {
    const found = await readLock(path)
    isLost ||= found?.other?.id !== holder.id
    if (isLost) return
    const now = new Date()
    await utimes(path, now, now)
    beatAt = now.getTime()
  }
  const timer = setInterval(() => void beat().catch(() => undefined), BEAT_MS)
  timer.unref()
  return {
    check: async () => {
      // The limit of others, with a margin for the write that follows.
      if (Math.abs(Date.now() - beatAt) > SILENT_MS / 2) await beat()
      if (isLost) throw lockedError(folder, undefined)
    },
    release: async () => {
      clearInterval(timer)
      held.delete(holder.id)
      const found = await readLock(path)
      if (found?.other?.id === holder.id) await rm(path, { force: true })
    },
  }
}

/** Creates the file with its content, or finds that there is one. */
async function tryLock(path: string, holder: Holder): Promise<boolean> {
  const own = `${path}.${holder.id}`
  const handle = await open(own, 'w')
  await handle.writeFile(JSON.stringify(holder))
  await handle.close()
  try {
    await link(own, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    await rm(own, { force: true })
  }
}

async function readLock(path: string): Promise<{ other: Holder | undefined; beatAt: number } | undefined> {
  try {
    const text = await readFile(path, 'utf8')
    const { mtimeMs } = await stat(path)
    return { other: parse(text), beatAt: mtimeMs }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder
  } catch {
    return undefined
  }
}

async function isDead(other: Holder | undefined, isSilent: boolean, own: Holder): Promise<boolean> {
  if (other === undefined || other.space !== own.space) return isSilent
  if (other.pid === own.pid) return !held.has(other.id)
  try {
    process.kill(other.pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return true
  }
  // The number can have been given to another process.
  return other.startedAt !== (await startOf(other.pid))
}

/** Removes the lock of a dead holder, and not a new one of another process. */
async function removeStale(path: string, dead: Holder | undefined): Promise<void> {
  const aside = `${path}.${createIdempotencyKey()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const taken = parse(await readFile(aside, 'utf8'))
  if (taken?.id !== dead?.id) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

const lockedError = (folder: string, other: Holder | undefined): UsageOutboxError =>
  new UsageOutboxError(
    'LOCKED',
    `The folder ${folder} is used by process ${other?.pid ?? 'unknown'}. Give each process its own folder.`,
  )

/** Start of a process. Empty where the system has no /proc. */
async function startOf(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // The name of the process, in parentheses, can contain spaces.
  return status.slice(status.lastIndexOf(')') + 1).split(' ')[20] ?? ''
}

async function processSpace(): Promise<string> {
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => hostname())
  const container = await readlink('/proc/self/ns/pid').catch(() => '')
  return `${boot.trim()} ${container}`
}

import { existsSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

const GIGABYTE = 1024 ** 3
const LOW_BYTES = 2 * GIGABYTE
const EMPTY_BYTES = GIGABYTE / 4

/** The disk that the data folder is on, or will be on: the first start makes the folder. */
export function checkDisk(folder: string): Finding {
  let existing = resolve(folder)
  while (!existsSync(existing)) existing = dirname(existing)
  const { bavail, bsize, blocks } = statfsSync(existing)
  return decideDisk(folder, bavail * bsize, blocks * bsize)
}

export function decideDisk(folder: string, free: number, total: number): Finding {
  const part = (bytes: number) => `${(bytes / GIGABYTE).toLocaleString('en', { maximumFractionDigits: 1 })} GB`
  const said = `${part(free)} of ${part(total)} are free at ${folder}`
  const todo = 'free disk space; PostgreSQL stops when the disk is full'
  if (free < EMPTY_BYTES) return problem('disk', said, todo)
  return free < LOW_BYTES ? warning('disk', said, todo) : ok('disk', said)
}

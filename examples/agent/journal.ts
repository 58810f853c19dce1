import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Command } from './calls.ts'

/** State of a command: started, finished with its report, or reported to the server. */
export interface Entry {
  readonly state: 'begun' | 'done' | 'reported'
  readonly command: Command
  readonly report?: Readonly<Record<string, unknown>>
}

/** Number of reported commands that are kept, in case a command is delivered again. */
const KEEP_REPORTED = 500

/** One file for each command, written before and after it runs, so that nothing runs twice unnoticed and no result is lost. */
export class Journal {
  readonly folder: string

  constructor(folder: string) {
    this.folder = join(folder, 'journal')
    mkdirSync(this.folder, { recursive: true })
  }

  find(commandId: string): Entry | null {
    try {
      return JSON.parse(readFileSync(this.pathOf(commandId), 'utf8')) as Entry
    } catch {
      return null
    }
  }

  /** On the disk before it returns: a process that is killed at any moment leaves the old entry or the new one. */
  write(entry: Entry): void {
    const path = this.pathOf(entry.command.command_id)
    const file = openSync(`${path}.new`, 'w')
    writeSync(file, JSON.stringify(entry))
    fsyncSync(file)
    closeSync(file)
    renameSync(`${path}.new`, path)
  }

  /** Commands that are not reported to the server yet, oldest first. */
  open(): Entry[] {
    return this.all().filter(({ state }) => state !== 'reported')
  }

  deleteOld(): void {
    const reported = this.all().filter(({ state }) => state === 'reported')
    for (const { command } of reported.slice(0, -KEEP_REPORTED)) rmSync(this.pathOf(command.command_id))
  }

  private all(): Entry[] {
    const files = readdirSync(this.folder).filter((name) => name.endsWith('.json'))
    return files.sort().map((name) => JSON.parse(readFileSync(join(this.folder, name), 'utf8')) as Entry)
  }

  /** Command ids are the server's words, and no paths. */
  private pathOf(commandId: string): string {
    return join(this.folder, `${encodeURIComponent(commandId)}.json`)
  }
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every run has a template database of its own. */
const RUN = process.env['STACKGATE_TEST_TEMPLATE'] ?? String(process.ppid)
const PAUSE_MS = 200

/**
 * Makes something that the test files of a run share, once: the first file makes it, and those that run at the same time wait.
 * @param make returns what the others need, for example paths; it is passed on as JSON
 */
export async function oncePerRun<Value>(name: string, make: () => Promise<Value>): Promise<Value> {
  const file = join(tmpdir(), `${RUN}-${name}.json`)
  const lock = `${file}.lock`
  while (!existsSync(file)) {
    if (tryLock(lock)) {
      try {
        if (!existsSync(file)) writeAtOnce(file, JSON.stringify(await make()))
      } finally {
        rmSync(lock, { recursive: true })
      }
    } else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Value
}

function tryLock(lock: string): boolean {
  try {
    mkdirSync(lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** Others must not read half of it. */
function writeAtOnce(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}

import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'

const FILE = '.env'

/** Adds the settings of `.env` in the current folder; variables of the environment have precedence. Returns a problem. */
export function loadEnvironmentFile(): string | null {
  if (!existsSync(FILE)) return null
  try {
    loadEnvFile(FILE)
    return null
  } catch (error) {
    return `${FILE} cannot be read: ${(error as Error).message}`
  }
}

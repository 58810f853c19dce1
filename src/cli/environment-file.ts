import { existsSync, readFileSync } from 'node:fs'
import { loadEnvFile } from 'node:process'
import { parseEnv } from 'node:util'
import { misspelledSettings } from '../services/kernel/config/settings.js'

const FILE = '.env'

/** Adds the settings of `.env` in the current folder; variables of the environment have precedence. Returns a problem. */
export function loadEnvironmentFile(): string | null {
  if (!existsSync(FILE)) return null
  try {
    const misspelled = misspelledSettings(Object.keys(parseEnv(readFileSync(FILE, 'utf8'))))
    if (misspelled.length > 0) return `${FILE}: ${misspelled.join(' ')} Correct the name, or remove it from ${FILE}.`
    loadEnvFile(FILE)
    return null
  } catch (error) {
    return `${FILE} cannot be read: ${(error as Error).message}`
  }
}

import { readFileSync } from 'node:fs'
import { AppError } from '../errors/app-error.js'

/**
 * Settings that can be read from a file named by `<NAME>_FILE`: orchestrators mount such files, and they do not appear
 * in process lists.
 */
export const IN_FILES = [
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'NATS_URL',
  'SECRETS_KEY',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'PAYPAL_CLIENT_SECRET',
  'SMTP_URL',
  'SERVICE_CLIENT_SECRET',
  'SERVICE_TOKEN',
]

/**
 * Replaces settings by the contents of their files. Both forms of one setting are an error, and so is an unreadable or
 * empty file.
 */
export function readSecretFiles(env: Record<string, string | undefined>): void {
  for (const name of IN_FILES) env[name] = fromFile(name, env)
}

/** The setting, or the content of its file. */
export function fromFile(name: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  const file = env[`${name}_FILE`]
  if (!file) return env[name]
  if (env[name]) throw unusable(`${name}_FILE: ${name} is also set; set only one`)
  return readSecretFile(name, file)
}

/** Current content of a secret file. */
export function readSecretFile(name: string, file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw unusable(`${name}_FILE: ${(error as Error).message}`)
  }
  if (!text) throw unusable(`${name}_FILE: ${file} is empty`)
  return text
}

const unusable = (problem: string) => new AppError('CONFIGURATION', `the configuration is not usable:\n  ${problem}`)

import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import type { GeneratedValue } from '#entities/marketplace/template-parameter.js'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const ALPHANUMERIC = `${LETTERS}${LETTERS.toUpperCase()}0123456789`
/** Ports that no system hands out to programs by itself, and few servers use. */
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000]

/** A value from the random source of the system, which cannot be guessed. */
export function generateValue({ kind, length, encoding }: GeneratedValue): string {
  if (kind === 'UUID') return randomUUID()
  if (kind === 'PORT') return String(randomInt(FIRST_PORT, LAST_PORT))
  if (kind === 'NAME') return randomText(LETTERS, length)
  if (encoding === 'ALPHANUMERIC') return randomText(ALPHANUMERIC, length)
  if (encoding === 'HEX')
    return randomBytes(Math.ceil(length / 2))
      .toString('hex')
      .slice(0, length)
  return randomBytes(length).toString(encoding === 'BASE64' ? 'base64' : 'base64url')
}

const randomText = (characters: string, length: number): string =>
  Array.from({ length }, () => characters[randomInt(characters.length)]).join('')

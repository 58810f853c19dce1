import type { GeneratedValue } from '#entities/marketplace/template-parameter.js'
import { randomSecret } from '#services/kernel/secrets/secret-box.js'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const ALPHANUMERIC = `${LETTERS}${LETTERS.toUpperCase()}0123456789`
/** Ports that no system hands out to programs by itself, and few servers use. */
const [FIRST_PORT, PORTS] = [20_000, 12_000]
/** Version 4 and the variant of a UUID, in its thirteenth and seventeenth digit. */
const UUID = /^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/

/** A value from the random source of the system, which cannot be guessed. */
export function generateValue({ kind, length, encoding }: GeneratedValue): string {
  if (kind === 'UUID') return bytesOf(16).toString('hex').replace(UUID, '$1-$2-4$3-8$4-$5')
  if (kind === 'PORT') return String(FIRST_PORT + (bytesOf(4).readUInt32BE() % PORTS))
  if (kind === 'NAME') return randomText(LETTERS, length)
  if (encoding === 'ALPHANUMERIC') return randomText(ALPHANUMERIC, length)
  if (encoding === 'HEX') return bytesOf(length).toString('hex').slice(0, length)
  return bytesOf(length).toString(encoding === 'BASE64' ? 'base64' : 'base64url')
}

const bytesOf = (count: number): Buffer => Buffer.from(randomSecret(count), 'base64url')

/** Characters with the same probability each: bytes above the last multiple are not used. */
function randomText(characters: string, length: number): string {
  const limit = 256 - (256 % characters.length)
  let text = ''
  while (text.length < length)
    for (const byte of bytesOf(length)) if (byte < limit) text += characters[byte % characters.length]
  return text.slice(0, length)
}

// The distinguished encoding of ASN.1 (X.690), as far as a certificate needs it. Node reads certificates, and writes none.

/** A value in its encoding: tag, length, content. */
function encode(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 + length.length]), length, content])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => encode(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => encode(0x31, ...parts)
/** A number from 0 to 127. */
export const small = (value: number): Buffer => encode(0x02, Buffer.from([value]))
export const text = (value: string): Buffer => encode(0x0c, Buffer.from(value, 'utf8'))
export const yes = (): Buffer => encode(0x01, Buffer.from([0xff]))
export const octets = (value: Uint8Array): Buffer => encode(0x04, value)
/** Bits whose number is a multiple of eight, or with some unused bits at the end. */
export const bits = (value: Uint8Array, unused = 0): Buffer => encode(0x03, Buffer.from([unused]), value)
/** A part that is marked by its number. */
export const marked = (number: number, part: Uint8Array): Buffer => encode(0xa0 + number, part)
/** Like `marked`, in place of the tag of a text. */
export const markedText = (number: number, value: string): Buffer => encode(0x80 + number, Buffer.from(value, 'ascii'))

/** A time before 2050, to the second. */
export const time = (value: Date): Buffer =>
  encode(0x17, Buffer.from(`${value.toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`, 'ascii'))

/** An object identifier, for example `2.5.4.3`. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...others] = dotted.split('.').map(Number)
  return encode(0x06, Buffer.from([first * 40 + second, ...others.flatMap(inSevenBits)]))
}

/** Groups of seven bits, each but the last with a mark that another follows. */
function inSevenBits(value: number): number[] {
  const groups = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) groups.unshift(128 + (rest % 128))
  return groups
}

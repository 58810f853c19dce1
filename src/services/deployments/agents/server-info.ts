import { z } from 'zod'

/** Lists of deployments and agents read it for each row. */
const MAX_KIBIBYTES = 64

const isSmall = (info: Record<string, unknown>): boolean =>
  Buffer.byteLength(JSON.stringify(info)) <= MAX_KIBIBYTES * 1024

/** Data about its server that an agent reports. */
export const serverInfo = z
  .record(z.string(), z.unknown(), 'The server information must be an object.')
  .refine(isSmall, `The server information has at most ${MAX_KIBIBYTES} KiB.`)

import { readFileSync } from 'node:fs'
import { openCommandDatabase } from './command-database.js'
import { readConfig } from '../services/kernel/config/config.js'
import { openConnection } from '../services/kernel/database/connect.js'
import { UNLIMITED } from '../services/kernel/database/session.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { systemTimers } from '../services/kernel/time/system-timers.js'
import { signedSchema } from '../services/entitlements/ledger-chain/signed-document.js'
import { backupSource, databaseSource } from '../services/entitlements/ledger-chain/table-sources.js'
import { verifyChains, type ChainVerification } from '../services/entitlements/ledger-chain/verify-chains.js'
import { verifyReport, type ReportVerification } from '../services/billing/reconciliation/verify-report.js'

/** Verifies the chains of a backup, without a database. */
export const verifyBackupChains = (file: string, keys: readonly string[]): Promise<TimedVerification> =>
  timed(() => verifyChains(backupSource(file), keys))

/** Verifies the chains of the database of the running server or of DATABASE_URL, in one snapshot. */
export async function verifyDatabaseChains(
  env: NodeJS.ProcessEnv,
  keys: readonly string[],
): Promise<TimedVerification> {
  const database = await openCommandDatabase(readConfig(env))
  const client = await openConnection({
    url: database.url,
    timers: systemTimers,
    name: 'stackgate verify',
    limits: UNLIMITED,
    mayOnlyRead: true,
  })
  try {
    // Otherwise a scan begins where another one is, and links wait in memory for those before them.
    await client.query('set synchronize_seqscans = off')
    await client.query('begin transaction isolation level repeatable read, read only')
    return await timed(() => verifyChains(databaseSource(client, new Date(systemTimers.now())), keys))
  } finally {
    await client.end()
    await database.close()
  }
}

export interface TimedVerification extends ChainVerification {
  readonly seconds: number
}

async function timed(verify: () => Promise<ChainVerification>): Promise<TimedVerification> {
  const begin = systemTimers.monotonic()
  const result = await verify()
  return { ...result, seconds: Math.round(systemTimers.monotonic() - begin) / 1_000 }
}

/** Verifies a signed report without a server or a database. */
export function verifyFile(file: string, keys: readonly string[]): ReportVerification {
  const signed = signedSchema.safeParse(readJson(file))
  if (signed.success) return verifyReport(signed.data, keys)
  const [issue] = signed.error.issues
  throw new AppError('BAD_USER_INPUT', `${file} is no signed report: ${issue!.path.join('.')} ${issue!.message}`)
}

function readJson(file: string): unknown {
  const text = readFileSync(file, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('BAD_USER_INPUT', `${file} is not JSON, or it is truncated.`)
  }
}

const PUBLIC_KEY = /^[A-Za-z0-9+/]{43}=$/

/** Public keys of an option: base64 of 32 bytes, or a file with one key per line. */
export function readPublicKeys(values: readonly string[]): string[] {
  return values.flatMap((value) => {
    if (PUBLIC_KEY.test(value)) return [value]
    const keys = readFileSync(value, 'utf8')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
    const wrong = keys.find((key) => !PUBLIC_KEY.test(key))
    if (wrong !== undefined || keys.length === 0)
      throw new AppError('BAD_USER_INPUT', `${value} is not a list of public keys: base64 of 32 bytes, one per line.`)
    return keys
  })
}

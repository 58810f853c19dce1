import type { Context } from '#services/kernel/context/context.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { createSigningKey, signingKeyId } from '#services/kernel/secrets/ed25519.js'

/** Parts of a request that sign or publish keys. */
export type TokenKeysContext = Pick<Context, 'database' | 'secrets' | 'timers'>

/** A key that signs tokens of entitlements. */
export interface TokenKey {
  readonly id: string
  readonly publicKey: string
  readonly privateKey: string
  /** Machine time from which it signs, in milliseconds since 1970. */
  readonly from: number
}

/** Row of all keys, sealed like other secrets. */
export const TOKEN_KEYS_PATH = 'entitlements-token/keys'

const PURPOSE = `stored_secret:${TOKEN_KEYS_PATH}`
const DAY_MS = 86_400_000
/** Time for which a key signs. */
const ROTATION_MS = 30 * DAY_MS
/** A key is published for so long before it signs and after it does, because key sets are cached. */
const OVERLAP_MS = DAY_MS

/** Keys to publish, the newest first. None before the first token. */
export async function tokenKeys(context: TokenKeysContext): Promise<readonly TokenKey[]> {
  const stored = await read(context)
  return stored ? open(context, stored) : []
}

/**
 * The key that signs now. The first call creates it; a call 30 days later its successor, which signs after another day, when caches of the
 * published keys have it.
 */
export async function tokenKey(context: TokenKeysContext): Promise<TokenKey> {
  const keys = await currentKeys(context)
  const now = context.timers.now()
  return keys.find(({ from }) => from <= now) ?? keys[0]!
}

async function currentKeys(context: TokenKeysContext): Promise<readonly TokenKey[]> {
  const now = context.timers.now()
  const stored = await read(context)
  const known = stored ? open(context, stored) : []
  const [newest] = known
  if (newest && newest.from + ROTATION_MS > now) return known
  const next = newest ? [newKey(now + OVERLAP_MS), ...known.filter(isNeeded(known, now))] : [newKey(now)]
  await replace(context, stored, next)
  // Another process can have been first.
  return open(context, (await read(context))!)
}

/** True for keys without a successor that has signed for longer than the overlap. */
const isNeeded =
  (keys: readonly TokenKey[], now: number) =>
  (_: TokenKey, index: number): boolean =>
    index === 0 || keys[index - 1]!.from + OVERLAP_MS > now

function newKey(from: number): TokenKey {
  const pair = createSigningKey()
  return { id: signingKeyId(pair.publicKey), ...pair, from }
}

/** The keys of a seal. None if its secrets key is lost. */
function open({ secrets }: TokenKeysContext, sealed: string): readonly TokenKey[] {
  try {
    return JSON.parse(secrets.open(sealed, PURPOSE)) as TokenKey[]
  } catch {
    return []
  }
}

async function read({ database }: { readonly database: Sql }): Promise<string | null> {
  const row = await database.query
    .selectFrom('stored_secret')
    .select('sealed')
    .where('path', '=', TOKEN_KEYS_PATH)
    .executeTakeFirst()
  return row?.sealed ?? null
}

/** Writes the keys, unless another process has changed them since they were read. */
async function replace(
  { database, secrets }: TokenKeysContext,
  stored: string | null,
  keys: readonly TokenKey[],
): Promise<void> {
  const sealed = secrets.seal(JSON.stringify(keys), PURPOSE)
  if (stored === null)
    await database.query
      .insertInto('stored_secret')
      .values({ path: TOKEN_KEYS_PATH, sealed })
      .onConflict((conflict) => conflict.column('path').doNothing())
      .execute()
  else
    await database.query
      .updateTable('stored_secret')
      .set({ sealed })
      .where('path', '=', TOKEN_KEYS_PATH)
      .where('sealed', '=', stored)
      .execute()
}

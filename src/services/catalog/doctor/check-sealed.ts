import { commandLine } from '#services/kernel/command-line.js'
import type { Sql } from '#services/kernel/database/sql.js'
import { keyIdOf } from '#services/kernel/secrets/secret-box.js'
import { countSealed, type SealedCount } from '#services/kernel/secrets/reseal.js'
import type { SealedColumn } from '#services/kernel/secrets/sealed-column.js'
import { ok, problem, warning, type Finding } from '#services/kernel/doctor/finding.js'

/** True if the configured keys open what is sealed, and whether a rotation was left half-way. */
export async function checkSealed(
  database: Sql,
  columns: readonly SealedColumn[],
  keys: readonly string[],
): Promise<Finding[]> {
  return decideSealed(await countSealed(database, columns, keys), keys.map(keyIdOf))
}

export function decideSealed({ byKey, unopened }: SealedCount, keyIds: readonly string[]): Finding[] {
  const check = 'sealed_secrets'
  const [first, ...others] = keyIds
  if (unopened.length)
    return [
      problem(
        check,
        `${unopened.length} sealed secrets cannot be decrypted with any of the ${keyIds.length} configured keys, first ${unopened[0]}`,
        `add the key that sealed them to SECRETS_KEY after the first, then run ${commandLine('secrets rotate')}`,
      ),
    ]
  if (!first) return [ok(check, 'no sealed secrets')]
  const old = others.filter((id) => byKey[id]! > 0)
  if (old.length)
    return [
      warning(
        check,
        `${old.reduce((sum, id) => sum + byKey[id]!, 0)} secrets are still sealed with the earlier keys ${old.join(', ')}`,
        `run ${commandLine('secrets rotate')}: a rotation was interrupted`,
      ),
    ]
  return [
    ok(
      check,
      `${byKey[first]} secrets, all sealed with the key ${first}${others.length ? '; the others may be taken out' : ''}`,
    ),
  ]
}

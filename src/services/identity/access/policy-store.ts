import type { PolicyRow } from '#entities/identity/policy.entity.js'
import type { Database } from '#services/kernel/database/database.js'
import type { Sql } from '#services/kernel/database/sql.js'
import type { Logger } from '#services/kernel/logger/logger.js'
import type { Notifier } from '#services/kernel/notifier/notifier.js'
import { readOnNotification } from '#services/kernel/notifier/read-on-notification.js'
import { createPolicyEnforcer, type PolicyEnforcer } from './policy-enforcer.js'
import {
  defaultPolicies,
  fixedPolicies,
  knownRules,
  type PermissionDefinitions,
  type PolicyRule,
} from '../model/permissions.js'
import { ROLES } from '../model/caller.js'
import type { Timers } from '#services/kernel/time/timers.js'

/** Topic: policies were edited. */
export const POLICY_TOPIC = 'policies'

/** The policies in memory, as the database has them. Asking reads nothing. */
export interface PolicyStore extends PolicyEnforcer {
  /** Reads them again. Resolves when `allows` uses everything committed before the call. */
  reload(): Promise<void>
  /** Calls `listener` whenever the policies change, in this or another process. Returns a function that stops it. */
  onChange(listener: () => void): () => void
  close(): void
}

/**
 * Inserts missing initial policies. Policies that an operator removed stay removed. Returns the number of inserted
 * policies.
 */
export async function seedPolicies(sql: Sql, rules: readonly PolicyRule[]): Promise<number> {
  const inserted = await sql.query
    .insertInto('policy')
    .values(rules.map(([subject, object, action]) => ({ id: sql.newId('pol'), subject, object, action })))
    .onConflict((conflict) => conflict.constraint('policy_once').doNothing())
    .returning('id')
    .execute()
  return inserted.length
}

/** Policies that are not removed, in creation order. */
export const listPolicies = (sql: Sql): Promise<PolicyRow[]> =>
  sql.query.selectFrom('policy').selectAll().where('removedAt', 'is', null).orderBy('id').execute()

export const policiesByIds = (sql: Sql, ids: readonly string[]): Promise<PolicyRow[]> =>
  sql.query.selectFrom('policy').selectAll().where('id', 'in', ids).execute()

/** A policy by ID, also a removed one. */
export const findPolicy = (sql: Sql, id: string): Promise<PolicyRow | undefined> =>
  sql.query.selectFrom('policy').selectAll().where('id', '=', id).executeTakeFirst()

/** Reads the policies, and reads them again whenever any process says that they were edited. */
export async function openPolicyStore(parts: {
  readonly database: Database
  readonly notifier: Notifier
  readonly log: Logger
  readonly timers: Timers
  readonly permissions: readonly PermissionDefinitions[]
}): Promise<PolicyStore> {
  const known = knownRules(parts.permissions)
  const read = async (): Promise<PolicyEnforcer> =>
    createPolicyEnforcer([
      ...fixedPolicies(parts.permissions),
      // Rows decide about roles of the installation and objects of its modules only, whatever they name.
      ...(await listPolicies(parts.database))
        .filter(({ subject, object }) => (ROLES as readonly string[]).includes(subject) && known.has(object))
        .map(({ subject, object, action }): PolicyRule => [subject, object, action]),
    ])
  await seedPolicies(parts.database, defaultPolicies(parts.permissions))
  let access = await read()
  const listeners = new Set<() => void>()
  let begun = 0
  let shown = 0
  const reload = async (): Promise<void> => {
    const mine = ++begun
    const fresh = await read()
    // The later of two concurrent reads wins.
    if (mine < shown) return
    access = fresh
    shown = mine
    for (const listener of listeners) listener()
  }
  const stop = readOnNotification(parts, POLICY_TOPIC, reload, 'policy reload failed, keeping the previous policies')
  return {
    allows: (subject, permission) => access.allows(subject, permission),
    subjectsWith: (permission) => access.subjectsWith(permission),
    reload,
    onChange: (listener) => {
      // As a separate object, because the same listener can be added twice.
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
    close: stop,
  }
}

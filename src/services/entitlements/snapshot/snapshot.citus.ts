import { functionForm, statementForm, textOf } from '#services/kernel/database/forms.js'
import type { Statement } from '#services/kernel/database/statement.js'
import { completeRows, isExtended } from './load-snapshot.js'
import {
  currentSnapshot,
  currentSnapshots,
  extendedSnapshot,
  extendedSnapshots,
  subAccounts,
  subAccountsOf,
  nextSweep,
  sweepTimes,
} from './snapshot.sql.js'

/** Without what is on other machines than an account: its scheduled job and its sub-accounts. */
const readsOneMachine = <Parameters extends object>(
  of: Statement<Parameters, unknown>,
  account: string,
  each?: readonly string[],
) =>
  statementForm(of, {
    text: textOf(of)
      .replaceAll(nextSweep(), 'null')
      .replaceAll(subAccounts(), 'null')
      .replaceAll('= a.id', `= ${account}`),
    ...(each ? { each } : {}),
  })

export const loadSnapshotForms = [
  readsOneMachine(currentSnapshot, ':accountId'),
  readsOneMachine(extendedSnapshot, ':accountId'),
  readsOneMachine(currentSnapshots, '(:accountIds::text[])[1]', ['accountIds']),
  readsOneMachine(extendedSnapshots, '(:accountIds::text[])[1]', ['accountIds']),
  // Read later than the state, it is never older than its version.
  functionForm(completeRows, async (sql, catalog, rows) => {
    if (rows.length === 0) return
    const accountIds = rows.map(({ id }) => id)
    const times = await sql.rows(sweepTimes, { accountIds })
    const found = new Map(times.map(({ key, runAt }) => [key, runAt.toISOString()]))
    for (const { id, state } of rows) Object.assign(state, { sweepAt: found.get(id) ?? null })
    if (!isExtended(catalog)) return
    const children = Map.groupBy(await sql.rows(subAccountsOf, { accountIds }), ({ parentId }) => parentId)
    for (const { id, state } of rows)
      Object.assign(state, { subAccounts: children.get(id)?.map(({ accountId }) => accountId) ?? null })
  }),
]

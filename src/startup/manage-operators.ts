import { sql } from 'kysely'
import { recordChange } from '../services/kernel/audit/audit.js'
import { readConfig } from '../services/kernel/config/config.js'
import type { Sql } from '../services/kernel/database/sql.js'
import { AppError } from '../services/kernel/errors/app-error.js'
import { inCommandDatabase } from './command-database.js'

/** A user with roles of the installation that were given on its machine. */
export interface Operator {
  readonly subject: string
  readonly email: string
  readonly roles: readonly string[]
}

export interface OperatorChange {
  /** Claim `sub` of the user's tokens, or the email address of one user who has signed in. */
  readonly user: string
  /** `admin` or `root`. Null: the roles are removed. */
  readonly role: 'admin' | 'root' | null
}

/** Gives a user a role of the installation, or removes those that were given so. Access to the database is the permission. */
export const changeOperator = (env: NodeJS.ProcessEnv, { user, role }: OperatorChange): Promise<Operator> =>
  inCommandDatabase(readConfig(env), (database) =>
    database.transaction(async (transaction) => {
      const { id } = await findUser(transaction, user)
      const roles = role === null ? [] : [role]
      const changed = await transaction.query
        .updateTable('app_user')
        .set({ roles })
        .where('id', '=', id)
        .returning(['subject', 'email', 'roles'])
        .executeTakeFirstOrThrow()
      await recordChange(transaction, {
        accountId: null,
        actor: 'command line',
        action: role === null ? 'operator.removed' : 'operator.added',
        object: id,
        details: { roles },
      })
      return changed
    }),
  )

/** Users with roles that were given here. Roles in tokens are not known to the database. */
export const listOperators = (env: NodeJS.ProcessEnv): Promise<Operator[]> =>
  inCommandDatabase(readConfig(env), (database) =>
    database.query
      .selectFrom('app_user')
      .select(['subject', 'email', 'roles'])
      .where(sql<boolean>`cardinality(roles) > 0`)
      .orderBy('id')
      .execute(),
  )

async function findUser(database: Sql, user: string): Promise<{ readonly id: string }> {
  const found = await database.query
    .selectFrom('app_user')
    .select(['id', 'subject'])
    .where((where) => where.or([where('subject', '=', user), where('email', '=', user)]))
    .limit(10)
    .execute()
  const [exact] = found.filter(({ subject }) => subject === user)
  if (exact) return exact
  if (found.length === 0)
    throw new AppError('NOT_FOUND', `no user ${user}: the user signs in once first, for example in the dashboard`)
  if (found.length > 1)
    throw new AppError(
      'CONFLICT',
      `several users have the address ${user}: name the claim sub of one (${found.map(({ subject }) => subject).join(', ')})`,
    )
  return found[0]!
}

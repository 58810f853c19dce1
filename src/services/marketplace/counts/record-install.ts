import type { Transaction } from '#services/kernel/database/database.js'
import type { Context } from '#services/kernel/context/context.js'

/**
 * Records a deployment of a template in the deployment's transaction. It is counted later, so that deployments do not
 * wait for the row of a popular template.
 */
export async function recordInstall(
  transaction: Transaction,
  install: {
    readonly deploymentId: string
    readonly templateId: string
    readonly accountId: string
    readonly at: Date
  },
): Promise<void> {
  await transaction.run(
    `insert into template_install (deployment_id, template_id, account_id, at) values ($1, $2, $3, $4) on conflict do nothing`,
    [install.deploymentId, install.templateId, install.accountId, install.at],
  )
}

const AT_ONCE = 10_000

/** Adds what was deployed since to the templates' numbers, each deployment once. Safe in several processes: what one counts, another skips. */
export async function countInstalls({ database }: Pick<Context, 'database'>): Promise<void> {
  await database.transaction(async (transaction) => {
    const counted = await transaction.rows<{ templateId: string; installs: number }>(
      `with fresh as (select deployment_id from template_install where not counted limit $1 for update skip locked),
         counted as (update template_install i set counted = true from fresh where i.deployment_id = fresh.deployment_id returning i.template_id)
       select template_id, count(*) as installs from counted group by template_id`,
      [AT_ONCE],
    )
    if (counted.length === 0) return
    await addCounts(
      transaction,
      'install_count',
      new Map(counted.map(({ templateId, installs }) => [templateId, installs])),
    )
  })
}

/** Adds to several templates; their rows are locked in one order, so that concurrent writes never deadlock. */
export async function addCounts(
  transaction: Transaction,
  column: 'install_count' | 'view_count',
  counts: ReadonlyMap<string, number>,
): Promise<void> {
  await transaction.run(
    `with place as (select t.id, n.more from template t join unnest($1::text[], $2::int[]) as n(id, more) on n.id = t.id order by t.id for update of t)
     update template set ${column} = template.${column} + place.more from place where template.id = place.id`,
    [[...counts.keys()], [...counts.values()]],
  )
}

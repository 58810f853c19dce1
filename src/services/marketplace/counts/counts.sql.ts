import { statement } from '#services/kernel/database/statement.js'

/** Marks installs as counted and returns their number for each template. Installs that another process is counting are skipped. */
export const takeUncountedInstalls = statement<{ limit: number }, { templateId: string; installs: number }>(`
  with uncounted as (
    select deployment_id from template_install where not counted limit :limit for update skip locked
  ), counted as (
    update template_install i set counted = true from uncounted where i.deployment_id = uncounted.deployment_id
    returning i.template_id
  )
  select template_id, count(*) as installs from counted group by template_id
`)

/** Marks ownerships as counted and returns the number of sales for each template. A grant of an operator is no sale. */
export const takeUncountedSales = statement<{ limit: number }, { templateId: string; sales: number }>(`
  with uncounted as (
    select id from template_ownership where not counted limit :limit for update skip locked
  ), counted as (
    update template_ownership o set counted = true from uncounted where o.id = uncounted.id
    returning o.template_id, o.source_type
  )
  select template_id, count(*) filter (where source_type <> 'operator') as sales from counted group by template_id
`)

/** Adds to the counts of several templates. Their rows are locked in one order, so that concurrent writes never deadlock. */
export const addCounts = statement<{
  templateIds: readonly string[]
  installs: readonly number[]
  views: readonly number[]
  sales: readonly number[]
}>(`
  with added as (
    select t.id, n.installs, n.views, n.sales
    from template t
      join unnest(:templateIds::text[], :installs::int[], :views::int[], :sales::int[]) as n (id, installs, views, sales) on n.id = t.id
    order by t.id for update of t
  )
  update template
  set install_count = template.install_count + added.installs, view_count = template.view_count + added.views,
    sale_count = template.sale_count + added.sales
  from added where template.id = added.id
`)

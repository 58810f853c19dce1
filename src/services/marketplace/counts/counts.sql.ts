import { statement } from '#services/kernel/database/statement.js'

/** Counts new installs of templates, each once. Installs that another process is counting are skipped. */
export const countNewInstalls = statement<{ limit: number }>(`
  with uncounted as (
    select deployment_id from template_install where not counted limit :limit for update skip locked
  ), counted as (
    update template_install i set counted = true from uncounted where i.deployment_id = uncounted.deployment_id
    returning i.template_id
  ), added as (
    select t.id, n.installs
    from template t join (select template_id, count(*) as installs from counted group by template_id) n on n.template_id = t.id
    order by t.id for update of t
  )
  update template set install_count = install_count + added.installs from added where template.id = added.id
`)

/** Counts new ownerships of templates as sales, each once. A grant of an operator is no sale. */
export const countNewSales = statement<{ limit: number }>(`
  with uncounted as (
    select id from template_ownership where not counted limit :limit for update skip locked
  ), counted as (
    update template_ownership o set counted = true from uncounted where o.id = uncounted.id
    returning o.template_id, o.source_type
  ), added as (
    select t.id, n.sales
    from template t
      join (
        select template_id, count(*) filter (where source_type <> 'operator') as sales from counted group by template_id
      ) n on n.template_id = t.id
    order by t.id for update of t
  )
  update template set sale_count = sale_count + added.sales from added where template.id = added.id
`)

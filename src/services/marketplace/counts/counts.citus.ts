import { statementForm } from '#services/kernel/database/forms.js'
import { addCounts, takeUncountedInstalls, takeUncountedSales } from './counts.sql.js'

export const countForms = [
  statementForm(takeUncountedInstalls, {
    // No statement locks rows of several machines. All are taken, without a limit.
    text: `
  with counted as (
    update template_install set counted = true where not counted and :limit::int > 0 returning template_id
  )
  select template_id, count(*) as installs from counted group by template_id
`,
  }),
  statementForm(takeUncountedSales, {
    text: `
  with counted as (
    update template_ownership set counted = true where not counted and :limit::int > 0 returning template_id, source_type
  )
  select template_id, count(*) filter (where source_type <> 'operator') as sales from counted group by template_id
`,
  }),
  statementForm(addCounts, {
    text: `
  update template t
  set install_count = t.install_count + n.installs, view_count = t.view_count + n.views, sale_count = t.sale_count + n.sales
  from unnest(:templateIds::text[], :installs::int[], :views::int[], :sales::int[]) as n (id, installs, views, sales)
  where t.id = n.id
`,
  }),
]

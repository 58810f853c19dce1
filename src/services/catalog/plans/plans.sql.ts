import { statement } from '#services/kernel/database/statement.js'

/** Hides all active plans except the lowest plan of each group and those that are offered, and shows the others. Null: all are offered. */
export const setHiddenPlans = statement<{ offered: readonly string[] | null }>(`
  with ranked as (
    select p.id, p.code, row_number() over (partition by p.group_code order by (v.terms->>'rank')::int) = 1 as lowest
    from plan p
      join lateral (select terms from plan_version where plan_id = p.id order by version desc limit 1) v on true
    where p.active
  )
  update plan p
  set hidden = not coalesce(r.lowest or r.code = any(:offered), true)
  from plan q left join ranked r on r.id = q.id
  where p.id = q.id and p.hidden is distinct from (not coalesce(r.lowest or r.code = any(:offered), true))
`)

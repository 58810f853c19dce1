import { statement } from '#services/kernel/database/statement.js'

/** Adds an application to a deployment, unless it has one with this code. */
export const addApp = statement<{ deploymentId: string; accountId: string; code: string }>(`
  update deployment
  set apps = apps || jsonb_build_array(jsonb_build_object('code', :code::text, 'name', :code::text, 'containerName', null))
  where id = :deploymentId and account_id = :accountId and not apps @> jsonb_build_array(jsonb_build_object('code', :code::text))
`)

/** Removes an application from a deployment. */
export const removeApp = statement<{ deploymentId: string; accountId: string; code: string }>(`
  update deployment
  set apps = (select coalesce(jsonb_agg(app), '[]') from jsonb_array_elements(apps) app where app ->> 'code' <> :code)
  where id = :deploymentId and account_id = :accountId
`)

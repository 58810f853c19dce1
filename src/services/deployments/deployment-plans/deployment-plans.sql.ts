import type { CommandRow } from '#entities/deployments/command.entity.js'
import { statement } from '#services/kernel/database/statement.js'

/** The last two successful deployments of each application, newest first. As many index lookups as there are applications. */
export const listPastDeploys = statement<
  { deploymentId: string; accountId: string },
  Pick<CommandRow, 'id' | 'appCode' | 'parameters' | 'finishedAt'>
>(`
  select past.id, past.app_code, past.parameters, past.finished_at
  from (
    select distinct app_code from command
    where deployment_id = :deploymentId and account_id = :accountId and type = 'deploy_app' and app_code is not null
  ) app, lateral (
    select * from command
    where deployment_id = :deploymentId and account_id = :accountId and app_code = app.app_code and type = 'deploy_app' and status = 'SUCCEEDED'
    order by id desc limit 2
  ) past
  order by past.app_code, past.id desc
`)

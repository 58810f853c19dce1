import type { CommandRow } from '#entities/deployments/command.entity.js'
import { statement } from '#services/kernel/database/statement.js'
import { LISTED_COLUMNS } from './select-commands.js'

/**
 * Columns of the latest command of every app and type of each deployment, newest first: as many index lookups as there are such pairs, regardless of the
 * history. Commands without an app are read separately, because null does not compare; they are ordered by it so that the index is used.
 */
export const selectLatest = (columns: string): string => `
  select latest.* from unnest(:deploymentIds::text[]) as wanted (deployment_id), lateral (
    with recursive pair as (
      (
        select app_code, type from command
        where deployment_id = wanted.deployment_id and app_code is not null
        order by app_code, type limit 1
      )
      union all
      select next.app_code, next.type
      from pair, lateral (
        select app_code, type from command
        where deployment_id = wanted.deployment_id and (app_code, type) > (pair.app_code, pair.type)
        order by app_code, type limit 1
      ) next
    ), unnamed as (
      (
        select type from command
        where deployment_id = wanted.deployment_id and app_code is null
        order by app_code, type limit 1
      )
      union all
      select next.type
      from unnamed, lateral (
        select type from command
        where deployment_id = wanted.deployment_id and app_code is null and type > unnamed.type
        order by app_code, type limit 1
      ) next
    )
    select named.*
    from pair, lateral (
      select ${columns} from command
      where deployment_id = wanted.deployment_id and app_code = pair.app_code and type = pair.type
      order by id desc limit 1
    ) named
    union all
    select others.*
    from unnamed, lateral (
      select ${columns} from command
      where deployment_id = wanted.deployment_id and app_code is null and type = unnamed.type
      order by app_code, type, id desc limit 1
    ) others
  ) latest
  order by latest.id desc
`

export const listLatestCommands = statement<{ deploymentIds: readonly string[] }, CommandRow>(
  selectLatest(LISTED_COLUMNS),
)

import { statementForm } from '#services/kernel/database/forms.js'
import { listLatestCommands } from './latest-commands.sql.js'
import { LISTED_COLUMNS } from './select-commands.js'

/** As `selectLatest`. No recursive statement reads several machines, so that the index of the whole history is read. */
export const selectLatestFromEach = (columns: string): string => `
  select ${columns} from command
  where (account_id, id) in (
    select account_id, max(id) from command where deployment_id = any(:deploymentIds)
    group by account_id, deployment_id, app_code, type
  )
  order by id desc
`

export const latestCommandForms = [statementForm(listLatestCommands, { text: selectLatestFromEach(LISTED_COLUMNS) })]

import { statementForm } from '#services/kernel/database/forms.js'
import { selectLatestFromEach } from '../model/latest-commands.citus.js'
import { latestColumns, readReportedDeployments, reportedDeployments } from './observed-deployments.sql.js'

export const observedDeploymentForms = [
  statementForm(readReportedDeployments, { text: reportedDeployments(selectLatestFromEach(latestColumns())) }),
]

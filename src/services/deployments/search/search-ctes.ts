import type { SearchRules } from '#services/ops/search/search-rules.js'

/** Deployments and their agents. */
export const deploymentSearch: SearchRules = {
  DEPLOYMENT: [
    'select id from deployment where id = :text',
    'select id from deployment where hash = :text',
    'select deployment_id from agent where id = :text',
  ],
}

import DataLoader from 'dataloader'
import type { AgentOutageRow } from '#entities/deployments/agent-outage.entity.js'
import type { AgentRow } from '#entities/deployments/agent.entity.js'
import type { AppStateRow } from '#entities/deployments/app-state.entity.js'
import type { CommandRow } from '#entities/deployments/command.entity.js'
import type { ComposeAgentRow } from '#entities/deployments/compose-agent.entity.js'
import type { DeploymentRow } from '#entities/deployments/deployment.entity.js'
import { appStatesOf } from '#services/deployments/app-states/record-app-states.js'
import type { LoadPeriod } from '#services/deployments/hooks/server-metrics.sql.js'
import { samplesOf, type StoredSample } from '#services/deployments/hooks/store-sample.js'
import { composeAgentsOf } from '#services/deployments/model/compose-agents.js'
import {
  agentsByDeploymentIds,
  agentsByIds,
  deploymentsByHashes,
  deploymentsByIds,
  latestCommands,
} from '#services/deployments/model/deployment-queries.js'
import {
  MAX_VALUE_BYTES,
  commandValues,
  largeValueBudget,
  rawReports,
  type LargeValue,
  type LargeValueBudget,
} from '#services/deployments/model/large-values.js'
import { outagesByIds } from '#services/deployments/outages/outages.js'
import { deploymentsWithOutstandingCommand } from '#services/deployments/presence/presence.js'
import { commandsByIds } from '#services/deployments/queries/command.js'
import {
  commandCounts,
  commandLists,
  type CommandCountRequest,
  type CommandListRequest,
} from '#services/deployments/queries/list-commands.js'
import { loadHistories, type LoadRange } from '#services/deployments/queries/load-history.js'
import { observedDeployments, type ObservedDeployment } from '#services/deployments/queries/observed-deployments.js'
import { byId, many, one } from '../batch.js'
import type { LoaderMakers, ResponseParts } from '../loaders.js'

/** Loaders of deployments, agents and commands. */
export interface DeploymentLoaders {
  readonly deployment: DataLoader<string, DeploymentRow | null>
  readonly deploymentByHash: DataLoader<string, DeploymentRow | null>
  readonly agent: DataLoader<string, AgentRow | null>
  readonly agentOfDeployment: DataLoader<string, AgentRow | null>
  readonly hasOutstandingCommand: DataLoader<string, boolean>
  readonly composeAgentOfDeployment: DataLoader<string, ComposeAgentRow | null>
  readonly command: DataLoader<string, CommandRow | null>
  /** Commands by deployment, filter, order and place, and their number. */
  readonly commandList: DataLoader<CommandListRequest, CommandRow[], string>
  readonly commandCount: DataLoader<CommandCountRequest, number, string>
  readonly latestCommands: DataLoader<string, CommandRow[]>
  readonly observedDeployment: DataLoader<string, ObservedDeployment | null>
  readonly appStates: DataLoader<string, AppStateRow[]>
  /** Load of servers, by deployment and range. */
  readonly loadHistory: DataLoader<LoadRange & { readonly deploymentId: string }, LoadPeriod[], string>
  readonly serverSample: DataLoader<string, StoredSample | null>
  /** Large parameters and results of commands, and reports by their own ids: as many as fit into the response. */
  readonly commandParameters: DataLoader<string, LargeValue | null>
  readonly commandResult: DataLoader<string, LargeValue | null>
  readonly rawReport: DataLoader<string, LargeValue | null>
  /** The same for values that are only read, not returned as JSON. */
  readonly resultToRead: DataLoader<string, LargeValue | null>
  readonly reportToRead: DataLoader<string, LargeValue | null>
  readonly outage: DataLoader<string, AgentOutageRow | null>
}

declare module '../loaders.js' {
  interface Loaders extends DeploymentLoaders {}
}

export const deploymentLoaders: LoaderMakers<DeploymentLoaders> = {
  deployment: ({ database: sql }) => byId((ids) => deploymentsByIds(sql, ids)),
  deploymentByHash: ({ database: sql }) =>
    one(
      (hashes) => deploymentsByHashes(sql, hashes),
      (row) => row.hash,
    ),
  agent: ({ database: sql }) => byId((ids) => agentsByIds(sql, ids)),
  agentOfDeployment: ({ database: sql }) => one((ids) => agentsByDeploymentIds(sql, ids), deploymentOf),
  hasOutstandingCommand: ({ database: sql }) =>
    new DataLoader(async (ids) => {
      const busy = await deploymentsWithOutstandingCommand(sql, ids)
      return ids.map((id) => busy.has(id))
    }),
  composeAgentOfDeployment: ({ database: sql }) => one((ids) => composeAgentsOf(sql, ids), deploymentOf),
  command: ({ database: sql }) => byId((ids) => commandsByIds(sql, ids)),
  commandList: ({ database: sql }) =>
    new DataLoader((requests) => commandLists(sql, requests), { cacheKeyFn: (request) => JSON.stringify(request) }),
  commandCount: ({ database: sql }) =>
    new DataLoader((requests) => commandCounts(sql, requests), { cacheKeyFn: (request) => JSON.stringify(request) }),
  latestCommands: ({ database: sql }) => many((ids) => latestCommands(sql, ids), deploymentOf),
  observedDeployment: ({ database: sql }) => one((ids) => observedDeployments(sql, ids), deploymentOf),
  appStates: ({ database: sql }) => many((ids) => appStatesOf(sql, ids), deploymentOf),
  loadHistory: ({ database: sql }) =>
    new DataLoader((requests) => loadHistories(sql, requests), { cacheKeyFn: (request) => JSON.stringify(request) }),
  serverSample: ({ database: sql }) => one((ids) => samplesOf(sql, ids), deploymentOf),
  commandParameters: ({ database: sql }, response) =>
    byId((ids) => commandValues(sql, 'parameters', ids, budget(response))),
  commandResult: ({ database: sql }, response) => byId((ids) => commandValues(sql, 'result', ids, budget(response))),
  rawReport: ({ database: sql }, response) => byId((ids) => rawReports(sql, ids, budget(response))),
  resultToRead: ({ database: sql }, response) =>
    byId((ids) => commandValues(sql, 'result', ids, budget(response), MAX_VALUE_BYTES)),
  reportToRead: ({ database: sql }, response) => byId((ids) => rawReports(sql, ids, budget(response), MAX_VALUE_BYTES)),
  outage: ({ database: sql }) => byId((ids) => outagesByIds(sql, ids)),
}

const deploymentOf = (row: { readonly deploymentId: string }) => row.deploymentId

/** The budget belongs to one response and outlives a clearing of its loaders. */
const budget = ({ once }: ResponseParts): LargeValueBudget => once(largeValueBudget)

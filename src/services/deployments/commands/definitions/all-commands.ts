import type { CommandSpec } from '#services/deployments/model/define-command.js'
import { activatePipe } from './activate-pipe.js'
import { applyConfig } from './apply-config.js'
import { backup } from './backup.js'
import { checkConnections } from './check-connections.js'
import { configDiff } from './config-diff.js'
import { configureFirewall } from './configure-firewall.js'
import { configureProxy } from './configure-proxy.js'
import { deactivatePipe } from './deactivate-pipe.js'
import { deployApp } from './deploy-app.js'
import { deployWithConfigs } from './deploy-with-configs.js'
import { errorSummary } from './error-summary.js'
import { exec } from './exec.js'
import { fetchAllConfigs } from './fetch-all-configs.js'
import { fetchConfig } from './fetch-config.js'
import { health } from './health.js'
import { listContainers } from './list-containers.js'
import { logs } from './logs.js'
import { pause } from './pause.js'
import { probeEndpoints } from './probe-endpoints.js'
import { rebuild } from './rebuild.js'
import { removeApp } from './remove-app.js'
import { restart } from './restart.js'
import { serverResources } from './server-resources.js'
import { start } from './start.js'
import { stop } from './stop.js'
import { triggerPipe } from './trigger-pipe.js'

/** In the order of the reference and of the buttons of a dashboard. */
export const allCommands: CommandSpec[] = [
  health,
  restart,
  start,
  stop,
  pause,
  logs,
  listContainers,
  errorSummary,
  deployApp,
  deployWithConfigs,
  removeApp,
  rebuild,
  backup,
  fetchConfig,
  applyConfig,
  fetchAllConfigs,
  configDiff,
  configureProxy,
  configureFirewall,
  exec,
  serverResources,
  probeEndpoints,
  activatePipe,
  deactivatePipe,
  triggerPipe,
  checkConnections,
]

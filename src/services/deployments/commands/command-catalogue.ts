/** Types that do nothing but look: redelivering one of these is harmless. */
const READ_ONLY = new Set([
  'health',
  'logs',
  'list_containers',
  'server_resources',
  'config_diff',
  'probe_endpoints',
  'error_summary',
  'fetch_config',
])

/** Types that the present agent runs. */
const KNOWN = new Set([
  ...READ_ONLY,
  'restart',
  'start',
  'stop',
  'deploy_app',
  'deploy_with_configs',
  'remove_app',
  'apply_config',
  'fetch_all_configs',
  'configure_proxy',
  'configure_firewall',
  'exec',
  'activate_pipe',
  'deactivate_pipe',
  'trigger_pipe',
])

/** Types that dashboards know and no agent of this version runs. */
const NOT_RUN_BY_ANY_AGENT = new Set(['pause', 'rebuild', 'backup', 'check_connections'])

export const isKnownCommand = (type: string): boolean => KNOWN.has(type)
export const isSupportedCommand = (type: string): boolean => !NOT_RUN_BY_ANY_AGENT.has(type)

/** Whether handing the command out a second time could do no harm. `fetch_config` with `apply` writes. */
export const isReadOnly = (type: string, parameters: Readonly<Record<string, unknown>>): boolean =>
  READ_ONLY.has(type) && !(type === 'fetch_config' && parameters['apply'] === true)

import { z } from 'zod'
import { reportedAt, reportType } from '#services/deployments/model/command-report.js'
import { listOrEmpty } from '#services/deployments/model/normalize-fields.js'
import {
  decimal,
  integer,
  json,
  listOf,
  reportedAs,
  resultType,
  text as reportedText,
} from '#services/deployments/model/result-fields.js'
import { defineCommand } from '#services/deployments/model/define-command.js'
import { code, flag, inputType, text, whole } from '#services/deployments/model/field-schemas.js'

const containerRole = inputType('ContainerRoleInput', 'Role of a container.', {
  container_name_pattern: text(200).describe('Pattern of the container names.'),
  container_role: text(100).describe('Role of the matching containers.'),
  maps_to_app_code: code().optional().describe('Code of another application that the containers belong to.'),
  display_name: text(200).optional().describe('Display name of the containers.'),
})

const appContainers = inputType('AppContainersInput', 'Containers of one application.', {
  app_code: code().describe('Code of the application.'),
  container_map: z.array(containerRole).max(200).describe('Roles of the containers.'),
})

const containerInfo = resultType('ContainerInfo', 'A container on the server.', {
  name: reportedText().describe('Name of the container.'),
  agentStatus: reportedAs('status', reportedText()).describe('Status as reported by Docker.'),
  image: reportedText().describe('Image of the container.'),
  ports: json().describe('Published ports of the container.'),
  cpuPercent: reportedAs('cpu_pct', decimal()).describe('CPU usage in percent.'),
  memUsageBytes: integer().describe('Memory in use, in bytes.'),
  memLimitBytes: integer().describe('Memory limit, in bytes.'),
  memPercent: reportedAs('mem_pct', decimal()).describe('Memory usage in percent.'),
  rxBytes: integer().describe('Network bytes received by the container.'),
  txBytes: integer().describe('Network bytes sent by the container.'),
  restartCount: integer().describe('Number of restarts.'),
  labels: json().describe('Labels of the container by name. Null if not reported.'),
  recentLogs: json().describe('Last log lines. Null if not requested.'),
})

export const listContainers = defineCommand({
  type: 'list_containers',
  summary: 'Lists the containers on the server.',
  readOnly: true,
  parameters: z.strictObject({
    include_health: flag(true).describe('Whether to measure the containers.'),
    include_logs: flag(false).describe('Whether to return the last log lines.'),
    log_lines: whole(1, 100).default(10).describe('Log lines per container. Requires `include_logs`.'),
    app_container_map: z.array(appContainers).max(200).optional().describe('Containers per application.'),
  }),
  result: reportType('ListContainersResult', 'Result of `list_containers`.', {
    ...reportedAt('listed_at'),
    containerCount: integer().describe('Number of containers.'),
    containers: listOf(containerInfo).describe('Containers on the server.'),
    appContainers: reportedAs('apps', json()).describe('Containers per application.'),
    orphanContainers: json().describe('Containers that belong to no application.'),
  }),
  normalizeResult: (result) => ({
    ...result,
    containers: listOrEmpty(result['containers']),
    apps: listOrEmpty(result['apps']),
    orphan_containers: listOrEmpty(result['orphan_containers']),
  }),
})

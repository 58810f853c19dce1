import { below, type RestOperation } from '../rest-operation.js'
import type { Form } from '../shared-operations/response-forms.js'
import { deployment } from './responses/deployments.js'

interface DeploymentData {
  readonly id: string
  readonly hash: string
  readonly name: string | null
  readonly status: string
  readonly startedAt: Date
  readonly template: { readonly id: string } | null
  readonly apps: readonly { readonly code: string; readonly name: string; readonly containerName: string | null }[]
}

/** A deployment as the other routes show it. */
const DEPLOYMENT: Form = {
  schema: deployment,
  toBody: (data) => {
    const { id, hash, name, status, startedAt, template, apps } = data as DeploymentData
    return {
      id,
      project_id: id,
      template_id: template?.id ?? null,
      deployment_hash: hash,
      name,
      status: status.toLowerCase(),
      apps: apps.map(({ code, name: title, containerName }) => ({ code, name: title, container_name: containerName })),
      created_at: startedAt.toISOString(),
    }
  },
}

const deployments = below('/api/v1/deployments', 'Deployments')

/** Operations of deployments with the same behavior over GraphQL and REST. */
export const deploymentOperations: readonly RestOperation[] = [
  deployments(
    'start',
    'startDeployment',
    'StartDeployment',
    {
      template_id: 'tpl_1',
      name: 'Shop',
      values: [{ name: 'SITE_NAME', value: 'Shop' }],
      idempotency_key: 'start-1',
    },
    {
      forms: { Deployment: DEPLOYMENT },
      errors: [
        'INFRASTRUCTURE_INSUFFICIENT',
        'INSUFFICIENT_PLAN',
        'INVALID_PARAMETERS',
        'INVALID_PLAN',
        'LIMIT_REACHED',
        'NOT_FOR_SALE',
        'QUOTA_EXCEEDED',
        'RATE_LIMITED',
        'STACK_NOT_SUPPORTED',
        'TEMPLATE_NOT_PURCHASED',
      ],
    },
  ),
]

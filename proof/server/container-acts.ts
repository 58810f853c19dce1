import { same, type Act } from '#proof/server/act.js'

const CONTAINER_ACTIONS = ['restart', 'start', 'stop'] as const

export const containers: readonly Act[] = [
  {
    name: 'change a container and wait for the report',
    when: (tenant) => tenant.agents().length > 0,
    async act(platform, tenant) {
      const agent = platform.one(tenant.agents())
      const type = CONTAINER_ACTIONS[platform.turn('containers', CONTAINER_ACTIONS.length)]!
      for (const [path, body] of [
        [`containers/${type}`, { app_code: 'kuma' }],
        [`containers/kuma/${type}`, undefined],
      ] as const) {
        const answered = platform.server.rest('POST', `/api/v1/deployments/${agent.identity.hash}/${path}`, {
          token: tenant.token,
          ...(body ? { body } : {}),
        })
        const { item } = (await agent.wait(10)).body
        same('the delivered command', item?.type, type)
        const result = { type, app_code: 'kuma', status: 'ok', container_state: 'running' }
        await agent.report({ command_id: item!.command_id, status: 'success', result })
        const { status, body: answer } = await answered
        same('the answer', [status, (answer as { item: { status: string } }).item.status], [200, 'succeeded'])
      }
    },
  },
]

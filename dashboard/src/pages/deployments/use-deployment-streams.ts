import { useDebouncedCallback } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { AgentPresence, DeploymentEvents, type DeploymentData } from '@stackgate/client/documents'
import { useFollow } from '../../session/use-follow.js'

const GATHER_MS = 300

/** Presence changes the page at once; other events of the deployment are read again. */
export function useDeploymentStreams(account: string, hash: string, isFound: boolean): void {
  const queries = useQueryClient()
  const key = ['Deployment', { by: { hash } }]
  const readAgain = useDebouncedCallback(() => {
    void queries.invalidateQueries({ queryKey: key })
    void queries.invalidateQueries({ queryKey: ['ServerLoad', { by: { hash } }] })
  }, GATHER_MS)
  useFollow(
    DeploymentEvents,
    { account, types: ['agent.*', 'deployment.*', 'server.load'] },
    {
      after: isFound ? null : undefined,
      onItem: (item) => {
        // A snapshot begins the stream: what was read before it can be old.
        if (item.__typename !== 'DeploymentEvent' || item.deployment.hash === hash) readAgain()
      },
      onMissed: async () => {
        await queries.invalidateQueries({ queryKey: key })
        return null
      },
    },
  )
  useFollow(
    AgentPresence,
    { deploymentHash: hash },
    {
      after: isFound ? null : undefined,
      onItem: (item) => {
        if (item.__typename !== 'PresenceChange') return
        const { presence, lastHeartbeatAt } = item
        queries.setQueryData<DeploymentData>(key, (data) => {
          const agent = data?.deployment?.agent
          if (!data?.deployment || !agent) return data
          return { ...data, deployment: { ...data.deployment, agent: { ...agent, presence, lastHeartbeatAt } } }
        })
      },
    },
  )
}

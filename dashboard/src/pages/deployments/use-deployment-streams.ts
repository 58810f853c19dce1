import { useDebouncedCallback } from '@mantine/hooks'
import { AgentPresence, Deployment, DeploymentEvents } from '@stackgate/client/documents'
import { useOperations } from '@stackgate/react/hooks'
import { useFollow } from '../../session/use-follow.js'

const GATHER_MS = 300

/** Presence changes the page at once; other events of the deployment are read again. */
export function useDeploymentStreams(account: string, hash: string, isFound: boolean): void {
  const operations = useOperations()
  const readAgain = useDebouncedCallback(() => {
    void operations.refetch('Deployment', 'ServerLoad')
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
        await operations.refetch('Deployment')
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
        operations.update(Deployment, { by: { hash } }, (data) => {
          const agent = data.deployment?.agent
          if (!data.deployment || !agent) return data
          return { ...data, deployment: { ...data.deployment, agent: { ...agent, presence, lastHeartbeatAt } } }
        })
      },
    },
  )
}
